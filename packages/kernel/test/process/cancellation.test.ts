import test from 'ava'
import { isDue } from '../../src/cancellation/state.js'
import type { Kernel } from '../../src/kernel.js'
import { processes } from '../../src/process/protocol.js'
import type { ProcessReplica } from '../../src/process/replica.js'
import { Thread } from '../../src/threads/thread.js'
import { Origin } from './origin.js'

test('a request is taken to the kernel that hosts the thread, and answered when it has come', (t) => {
  const origin = new Origin()
  const target = origin.thread(2)
  const answer = origin.cancel(3, origin.pid, target)
  t.like(origin.deliveries, [{ kernel: 2, tid: target }])
  t.is(answer(), 'waits')
  origin.deliveries[0]?.reply({ absent: false })
  t.is(answer(), 'value: undefined')
  t.is(origin.waitHome.size, 0)
})

test('a request follows a thread that has left when it comes', (t) => {
  const origin = new Origin()
  const target = origin.thread(2)
  const answer = origin.cancel(1, origin.pid, target)
  origin.send(2, processes.departed, { pid: origin.pid, tid: target, epoch: 1, to: 3 })
  origin.deliveries[0]?.reply({ absent: true })
  t.is(origin.deliveries.length, 1)
  origin.send(3, processes.arrived, { pid: origin.pid, tid: target, epoch: 1 })
  t.like(origin.deliveries[1], { kernel: 3, tid: target })
  origin.deliveries[1]?.reply({ absent: false })
  t.is(answer(), 'value: undefined')
})

test('a request that meets a thread in motion waits for its arrival, be it the first', (t) => {
  const origin = new Origin()
  origin.place = 2
  const created = origin.create(1, origin.pid)
  const answer = origin.cancel(1, origin.pid, created)
  t.is(origin.deliveries.length, 0)
  origin.send(2, processes.arrived, { pid: origin.pid, tid: created, epoch: 0 })
  t.like(origin.deliveries[0], { kernel: 2, tid: created })
  origin.deliveries[0]?.reply({ absent: false })
  t.is(answer(), 'value: undefined')
})

test('a thread on its origin is met without a message: it may be gone when one has come round', (t) => {
  const origin = new Origin()
  const target = origin.thread(1)
  const thread = new Thread({ kernel: {} as Kernel } as unknown as ProcessReplica, target, null)
  origin.threads.set(thread)
  t.is(origin.cancel(2, origin.pid, target)(), 'value: undefined')
  t.true(isDue(thread.main))
  t.is(origin.deliveries.length, 0)
})

test('there is nothing to cancel of a thread that never was, has ended, or ends meanwhile', (t) => {
  const origin = new Origin()
  t.is(origin.cancel(1, origin.pid, 77)(), 'error: ESRCH')
  const ended = origin.thread(2)
  origin.end(ended, 2, 'its result')
  t.is(origin.cancel(1, origin.pid, ended)(), 'error: ESRCH')
  const ending = origin.thread(2)
  const answer = origin.cancel(1, origin.pid, ending)
  origin.end(ending, 2, 'its result')
  origin.deliveries[0]?.reply({ absent: true })
  t.is(answer(), 'error: ESRCH')
  t.is(origin.join(1, origin.pid, ending)(), 'value: its result')
})

test('a joiner that is cancelled leaves the thread joinable', (t) => {
  const origin = new Origin()
  const [target, other] = [origin.thread(2), origin.thread(3)]
  const cancelled = origin.join(3, other, target)
  t.is(cancelled(), 'waits')
  origin.cancelWait(3, other)
  t.is(cancelled(), 'cancelled')
  const next = origin.join(1, origin.pid, target)
  t.is(next(), 'waits')
  origin.end(target, 2, 'its result')
  t.is(next(), 'value: its result')
  t.is(origin.waitHome.size, 0)
})

test('a joiner whose cancellation comes too late gets the result', (t) => {
  const origin = new Origin()
  const [target, other] = [origin.thread(2), origin.thread(3)]
  const answer = origin.join(3, other, target)
  origin.end(target, 2, 'its result')
  origin.cancelWait(3, other)
  t.is(answer(), 'value: its result')
})

test('fork handlers are kept in the order in which they were registered', (t) => {
  const origin = new Origin()
  origin.atFork(2, origin.pid, { prepare: Uint8Array.of(1), child: Uint8Array.of(2) })
  origin.atFork(1, origin.pid, { parent: Uint8Array.of(3) })
  t.deepEqual(origin.home.process(origin.pid)?.forkHandlers, [
    { prepare: Uint8Array.of(1), parent: undefined, child: Uint8Array.of(2) },
    { prepare: undefined, parent: Uint8Array.of(3), child: undefined },
  ])
})
