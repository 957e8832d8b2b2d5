import test from 'ava'
import { processes } from '../../src/process/protocol.js'
import { Origin } from './origin.js'

test('a join waits for the end, or finds the result there', (t) => {
  const origin = new Origin()
  const [early, late] = [origin.thread(2), origin.thread(3)]
  const before = origin.join(1, 1, early)
  t.is(before(), 'waits')
  origin.end(early, 2, 'result')
  t.is(before(), 'value: result')
  origin.end(late, 3, 'kept')
  t.is(origin.join(2, 1, late)(), 'value: kept')
  t.is(origin.waitHome.size, 0)
})

test('a joined thread is gone: its number names nobody', (t) => {
  const origin = new Origin()
  const tid = origin.thread(2)
  origin.end(tid, 2, 1)
  t.is(origin.join(1, 1, tid)(), 'value: 1')
  t.is(origin.join(1, 1, tid)(), 'error: ESRCH')
  t.is(origin.call(1, 1, processes.name, tid)(), 'error: ESRCH')
  t.is(origin.call(1, 1, processes.detach, tid)(), 'error: ESRCH')
  t.not(origin.thread(2), tid, 'nor does it name another soon')
})

test('what a thread has thrown is thrown at its joiner, and shown to nobody else', (t) => {
  const origin = new Origin()
  const tid = origin.thread(2)
  origin.end(tid, 2, 'the error', 'Error: in words')
  t.is(origin.join(1, 1, tid)(), 'exception: the error')
  t.deepEqual(origin.complaints, [])
})

test('of two joiners the second is refused, until the first is gone', (t) => {
  const origin = new Origin()
  const [tid, first, second] = [origin.thread(2), origin.thread(2), origin.thread(3)]
  t.is(origin.join(2, first, tid)(), 'waits')
  origin.abandon(2, first)
  const answer = origin.join(3, second, tid)
  t.is(answer(), 'waits')
  t.is(origin.join(2, first, tid)(), 'error: EINVAL')
  origin.end(tid, 2, 'for the second')
  t.is(answer(), 'value: for the second')
})

test('joins that would never end are refused', (t) => {
  const origin = new Origin()
  const [a, b, detached] = [origin.thread(2), origin.thread(3), origin.thread(2, true)]
  t.is(origin.join(2, a, a)(), 'error: EDEADLK')
  t.is(origin.join(2, a, b)(), 'waits')
  t.is(origin.join(3, b, a)(), 'error: EDEADLK')
  t.is(origin.join(1, 1, detached)(), 'error: EINVAL')
  t.is(origin.join(1, 1, 999_999)(), 'error: ESRCH')
})

test('a detached thread leaves nothing, whether it was detached before or after its end', (t) => {
  const origin = new Origin()
  const [before, after] = [origin.thread(2), origin.thread(2)]
  t.is(origin.call(1, 1, processes.detach, before)(), 'value: undefined')
  t.is(origin.call(1, 1, processes.detach, before)(), 'error: EINVAL')
  origin.end(before, 2, 'dropped')
  origin.end(after, 2, 'dropped')
  t.is(origin.call(1, 1, processes.detach, after)(), 'value: undefined')
  for (const tid of [before, after]) t.is(origin.join(1, 1, tid)(), 'error: ESRCH')
})

test("a detached thread's error is shown, once", (t) => {
  const origin = new Origin()
  const [before, after] = [origin.thread(2, true), origin.thread(3)]
  origin.end(before, 2, 'e', 'Error: first')
  origin.end(after, 3, 'e', 'Error: second')
  origin.call(1, 1, processes.detach, after)
  origin.home.exit(1, 0)
  origin.world.settle()
  t.is(origin.complaints.length, 2)
  t.regex(origin.complaints.join(''), /Error: first[^]*Error: second/)
})

test('the end of a process shows the errors of threads that nobody joined', (t) => {
  const origin = new Origin()
  origin.end(origin.thread(2), 2, 'e', 'Error: unseen')
  t.deepEqual(origin.complaints, [])
  origin.home.exit(1, 3)
  t.regex(origin.complaints.join(''), /nobody joined, ended with Error: unseen/)
})

test('reports of moves that overtake each other do not undo later ones', (t) => {
  const origin = new Origin()
  const tid = origin.thread(2)
  const pid = 1
  // 2 → 3 → 2 → 3: the arrival comes before the departures that led to it.
  origin.send(3, processes.arrived, { pid, tid, epoch: 3 })
  origin.send(2, processes.departed, { pid, tid, epoch: 1, to: 3 })
  origin.send(3, processes.departed, { pid, tid, epoch: 2, to: 2 })
  origin.send(2, processes.arrived, { pid, tid, epoch: 2 })
  origin.send(2, processes.departed, { pid, tid, epoch: 3, to: 3 })
  origin.setAffinity(1, 1, tid, [2])
  t.deepEqual(
    origin.relocations.map(({ kernel }) => kernel),
    [3],
  )
})

test('a request about a thread in motion waits for its arrival', (t) => {
  const origin = new Origin()
  const tid = origin.thread(2)
  origin.send(2, processes.departed, { pid: 1, tid, epoch: 1, to: 3 })
  const answer = origin.setAffinity(1, 1, tid, [1])
  t.is(answer(), 'waits')
  t.is(origin.relocations.length, 0)
  origin.send(3, processes.arrived, { pid: 1, tid, epoch: 1 })
  t.deepEqual(
    origin.relocations.map(({ kernel }) => kernel),
    [3],
  )
  origin.relocations[0].reply({ absent: false })
  t.is(answer(), 'value: undefined')
  t.is(origin.call(1, 1, processes.affinity, tid)(), 'value: 1')
})

test('a request that meets a thread just gone follows it', (t) => {
  const origin = new Origin()
  const tid = origin.thread(2)
  const answer = origin.setAffinity(1, 1, tid, [1])
  origin.send(2, processes.departed, { pid: 1, tid, epoch: 1, to: 3 })
  origin.relocations[0].reply({ absent: true })
  t.is(answer(), 'waits')
  origin.send(3, processes.arrived, { pid: 1, tid, epoch: 1 })
  origin.relocations[1].reply({ absent: false, refusal: { code: 'ENOTSUP', explanation: 'it holds a socket' } })
  t.is(answer(), 'error: ENOTSUP')
})

test('a request whose thread ends on the way is told', (t) => {
  const origin = new Origin()
  const tid = origin.thread(2)
  origin.send(2, processes.departed, { pid: 1, tid, epoch: 1, to: 3 })
  const answer = origin.setAffinity(1, 1, tid, [1])
  origin.end(tid, 3, 'ended at once')
  t.is(answer(), 'error: ESRCH')
})

test('an exit ends the process everywhere, and is reported once all have dropped it', (t) => {
  const origin = new Origin()
  origin.thread(2)
  origin.send(2, processes.exit, { pid: 1, status: 7 })
  origin.send(3, processes.exit, { pid: 1, status: 8 })
  t.deepEqual(origin.terminated.sort(), [1, 2])
  t.deepEqual(origin.ends, [{ status: 7, signal: 0, reason: '' }])
  t.is('code' in origin.home.register(1, { detached: false, name: '' }), true, 'it takes no threads any more')
})

test('an uncaught error ends the process with status 1, and is shown', (t) => {
  const origin = new Origin()
  origin.send(2, processes.crash, { pid: 1, explanation: 'Uncaught Error: x' })
  origin.send(2, processes.crash, { pid: 1, explanation: 'Uncaught Error: y' })
  t.deepEqual(origin.complaints, ['Uncaught Error: x\n'])
  t.deepEqual(origin.ends, [{ status: 1, signal: 0, reason: '' }])
})

test('the last thread ends the process, detached ones counted, ended ones not', (t) => {
  const origin = new Origin()
  const [joinable, detached] = [origin.thread(2), origin.thread(3, true)]
  origin.end(1, 1, 'main has exited')
  origin.end(joinable, 2, 1)
  t.is(origin.exitsFromNowhere, 0)
  origin.end(detached, 3, 1)
  t.is(origin.exitsFromNowhere, 1)
})

test('exit handlers are given out last in, first out, then none', (t) => {
  const origin = new Origin()
  origin.atExit(1, 1, 'first')
  origin.atExit(2, 1, 'second')
  const next = (): string => origin.call(3, 1, processes.nextExitHandler)()
  t.deepEqual([next(), next(), next()], ['value: second', 'value: first', 'value: undefined'])
})

test('one thread ends the process: another that wants to waits for the end', (t) => {
  const origin = new Origin()
  const [first, second] = [origin.thread(2), origin.thread(3)]
  origin.atExit(1, 1, 'only')
  t.is(origin.call(2, first, processes.nextExitHandler)(), 'value: only')
  const late = origin.call(3, second, processes.nextExitHandler)
  t.is(origin.call(2, first, processes.nextExitHandler)(), 'value: undefined')
  t.is(late(), 'waits')
  origin.send(2, processes.exit, { pid: origin.pid, status: 4 })
  t.is(origin.ends[0].status, 4)
  t.is(origin.waitHome.size, 0)
})

test('the death of a kernel ends a process that had a thread there', (t) => {
  const origin = new Origin()
  origin.thread(2)
  origin.kernelDies(3)
  t.deepEqual(origin.ends, [])
  origin.kernelDies(2)
  t.is(origin.ends.length, 1)
  t.like(origin.ends[0], { status: 0, signal: 9 })
  t.regex(origin.ends[0].reason, /lost kernel 2.*a test killed it/)
})

test('the death of a kernel that threads have left or ended on concerns nobody', (t) => {
  const origin = new Origin()
  const [left, ended] = [origin.thread(2), origin.thread(2)]
  origin.send(2, processes.departed, { pid: 1, tid: left, epoch: 1, to: 3 })
  origin.send(3, processes.arrived, { pid: 1, tid: left, epoch: 1 })
  origin.end(ended, 2, 'kept for its joiner')
  origin.kernelDies(2)
  t.deepEqual(origin.ends, [])
  t.is(origin.join(1, 1, ended)(), 'value: kept for its joiner')
})

test('the death of the kernel that a thread is on its way to ends the process, whichever is heard of first', (t) => {
  const underway = new Origin()
  const tid = underway.thread(2)
  underway.send(2, processes.departed, { pid: 1, tid, epoch: 1, to: 3 })
  underway.kernelDies(3)
  t.like(underway.ends[0], { signal: 9 })

  const afterwards = new Origin()
  const other = afterwards.thread(2)
  afterwards.kernelDies(3)
  t.deepEqual(afterwards.ends, [])
  afterwards.send(2, processes.departed, { pid: 1, tid: other, epoch: 1, to: 3 })
  t.like(afterwards.ends[0], { signal: 9 })
})

test('a kernel that dies while the process is being dropped does not hold up its end', (t) => {
  const origin = new Origin()
  origin.thread(2)
  origin.world.lose(2)
  origin.home.exit(1, 4)
  origin.world.settle()
  t.deepEqual(origin.ends, [{ status: 4, signal: 0, reason: '' }])
})

test('a thread on its way from a kernel that died is lost unless it has come, as the kernel that expects it knows', (t) => {
  for (const comes of [true, false]) {
    const origin = new Origin()
    const tid = origin.thread(2)
    origin.send(2, processes.departed, { pid: 1, tid, epoch: 1, to: 3 })
    origin.kernelDies(2)
    t.deepEqual(origin.ends, [], 'it may have come')
    t.like(origin.inquiries, [{ kernel: 3, sender: 2 }])
    if (comes) origin.send(3, processes.arrived, { pid: 1, tid, epoch: 1 })
    origin.inquiries[0].reply()
    t.is(origin.ends.length, comes ? 0 : 1)
  }
})

test('a thread whose creator died before it was sent is lost', (t) => {
  const origin = new Origin()
  const creator = origin.thread(2)
  origin.place = 3
  origin.create(2, creator)
  origin.send(2, processes.departed, { pid: 1, tid: creator, epoch: 1, to: 1 })
  origin.send(1, processes.arrived, { pid: 1, tid: creator, epoch: 1 })
  origin.kernelDies(2)
  t.like(origin.inquiries, [{ kernel: 3, sender: 2 }])
  origin.inquiries[0].reply()
  t.regex(origin.ends[0].reason, /lost kernel 2/)
})

test('a thread that could not be sent was never there', (t) => {
  const origin = new Origin()
  origin.place = 3
  const tid = origin.create(2, 1)
  origin.send(2, processes.unregister, { pid: 1, tid })
  t.is(origin.join(1, 1, tid)(), 'error: ESRCH')
  origin.kernelDies(3)
  t.deepEqual(origin.ends, [])
})

test('an affinity reported late does not undo a newer one', (t) => {
  const origin = new Origin()
  const tid = origin.thread(2)
  origin.send(3, processes.keeps, { pid: 1, tid, epoch: 1, cpus: [2] })
  origin.send(2, processes.keeps, { pid: 1, tid, epoch: 0, cpus: [1] })
  t.is(origin.call(1, 1, processes.affinity, tid)(), 'value: 2')
})

test('a request about a thread is refused once its process is ending', (t) => {
  const origin = new Origin()
  const tid = origin.thread(2)
  const answer = origin.setAffinity(1, 1, tid, [2])
  origin.home.exit(1, 0)
  origin.relocations[0].reply({ absent: true })
  t.is(origin.relocations.length, 1)
  t.is(answer(), 'error: ESRCH')
})
