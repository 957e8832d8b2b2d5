import test from 'ava'
import type { KernelId, Messenger } from '@atoll/messaging'
import type { Kernel } from '../../src/kernel.js'
import { onceControl } from '../../src/once/controls.js'
import { OnceHome } from '../../src/once/home.js'
import { once } from '../../src/once/protocol.js'
import { decodePlain, encodePlain } from '../../src/values/of-process.js'
import { WaitHome } from '../../src/waits/home.js'
import { waits } from '../../src/waits/protocol.js'
import { World } from '../waits/world.js'

/** Controls of kernel 1, called by threads of kernels 2 and 3 that the test plays. */
function setup() {
  const world = new World()
  const messenger = world.messenger(1)
  const waitHome = new WaitHome(messenger)
  const processes = { get: (pid: number) => (pid < 3 ? { onceControls: 8 } : undefined) }
  const home = new OnceHome({ messenger, waitHome, processes, encodePlain } as unknown as Kernel)
  const answers = new Map<number, string>()
  const callers = new Map<KernelId, Messenger>()
  for (const id of [2, 3]) {
    const caller = world.messenger(id)
    caller.on(waits.registered, (_from, { tid }) => answers.set(tid, 'waits'))
    caller.on(waits.complete, (from, { tid, wait, result }) => {
      const [answer] = decodePlain(result)
      answers.set(tid, typeof answer === 'string' ? answer : answer === true ? 'runs it' : 'returns')
      caller.send(from, waits.acknowledge, { tid, wait })
    })
    callers.set(id, caller)
  }
  const enter = (from: KernelId, tid: number, control = 0, pid = 1): void => {
    callers.get(from)?.send(1, once.enter, { tid, fiber: 0, wait: 1, pid, control })
    world.settle()
  }
  const leave = (from: KernelId, done: boolean, control = 0, pid = 1): void => {
    callers.get(from)?.send(1, once.leave, { pid, control, done })
    world.settle()
  }
  const abandon = (from: KernelId, tid: number): void => {
    callers.get(from)?.send(1, waits.abandon, { tid, wait: 1 })
    world.settle()
  }
  return { home, waitHome, enter, leave, abandon, said: () => Object.fromEntries(answers) }
}

test('the first caller runs the routine; those who come meanwhile wait; all others return', (t) => {
  const { enter, leave, said, waitHome } = setup()
  enter(2, 1)
  enter(3, 2)
  enter(2, 3)
  t.deepEqual(said(), { 1: 'runs it', 2: 'waits', 3: 'waits' })
  leave(2, true)
  enter(3, 4)
  t.deepEqual(said(), { 1: 'runs it', 2: 'returns', 3: 'returns', 4: 'returns' })
  t.is(waitHome.size, 0)
})

test('when the routine has not returned, the next in line runs it', (t) => {
  const { enter, leave, said } = setup()
  for (const tid of [1, 2, 3]) enter(2, tid)
  leave(2, false)
  t.deepEqual(said(), { 1: 'runs it', 2: 'runs it', 3: 'waits' })
  leave(2, false)
  leave(3, false)
  enter(3, 4)
  t.deepEqual(said(), { 1: 'runs it', 2: 'runs it', 3: 'runs it', 4: 'runs it' })
  leave(3, true)
  enter(3, 5)
  t.is(said()[5], 'returns')
})

test('who ends while it waits is passed over', (t) => {
  const { enter, leave, abandon, said } = setup()
  for (const tid of [1, 2, 3]) enter(2, tid)
  abandon(2, 2)
  leave(2, false)
  t.deepEqual(said(), { 1: 'runs it', 2: 'waits', 3: 'runs it' })
})

test('controls and processes have nothing to do with each other', (t) => {
  const { enter, leave, home, said } = setup()
  enter(2, 1, 0, 1)
  enter(2, 2, 1, 1)
  enter(2, 3, 0, 2)
  t.deepEqual(said(), { 1: 'runs it', 2: 'runs it', 3: 'runs it' })
  leave(2, true, 0, 1)
  home.forget(1)
  enter(2, 4, 0, 1)
  t.is(said()[4], 'runs it', 'a later process of the same number begins anew')
  enter(2, 5, 0, 2)
  t.is(said()[5], 'waits')
})

test('a control that was never made is refused, and so is one of a process that is not here; nothing is kept of them', (t) => {
  const { enter, leave, said, waitHome } = setup()
  enter(2, 1, 8)
  enter(2, 2, 0, 3)
  leave(2, true, 0, 3)
  t.deepEqual(said(), { 1: 'EINVAL', 2: 'EINVAL' })
  t.is(waitHome.size, 0)
})

test('what waits of a process is forgotten with it', (t) => {
  const { enter, waitHome } = setup()
  for (const tid of [1, 2, 3]) enter(2, tid, 0, 1)
  for (const tid of [4, 5]) enter(3, tid, 0, 2)
  t.is(waitHome.size, 3)
  waitHome.forget(1)
  t.is(waitHome.size, 1)
})

test('a control leads to the kernel that made it', (t) => {
  t.deepEqual(new Set([onceControl(1, 0), onceControl(1, 1), onceControl(2, 0), onceControl(2, 1)]).size, 4)
})
