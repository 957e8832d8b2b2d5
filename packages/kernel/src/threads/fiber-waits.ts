import { PosixError } from '../posix-error.js'
import type { Frame } from '../frames/frame.js'
import { follow } from '../frames/thenables.js'
import type { Kernel } from '../kernel.js'
import { waitCode, type WaitCode, type WaitDefinition } from '../waits/wait-code.js'
import type { Fiber } from './fiber.js'
import { fiberOf, markHandled, settlePromise } from './fiber-promise.js'

/** The code of a frame that waits for other stacks of its thread. */
export interface FiberWaitCode extends WaitCode {
  /** One of them has ended. */
  readonly fiberEnded: (frame: Frame, waiter: Fiber, ended: Fiber) => void
}

/** Defines a wait for other stacks of the same thread. */
export function fiberWaitCode(
  name: string,
  { fiberEnded, ...definition }: WaitDefinition & Pick<FiberWaitCode, 'fiberEnded'>,
): FiberWaitCode {
  return Object.assign(waitCode(name, definition), { fiberEnded })
}

/** A fiber that has gone on as a copy, where its promise was kept outside of its thread: the copy, if its thread is here again. */
export function copyOf({ thread: { tid }, number }: Fiber, kernel: Kernel): Fiber {
  const copy = kernel.threads.get(tid)?.fiber(number)
  if (copy) return copy
  throw new PosixError(
    'ENOTSUP',
    'await',
    `the call that this promise stands for has gone on with its thread ${tid} elsewhere, and only the thread's own variables go with it. ` +
      'Remedy: keep the promise in a variable of the thread, await it before the thread moves, or use atoll.pin()',
  )
}

/** Settles the promise of a stack that has ended, and wakes who waits for it. */
export function settle(fiber: Fiber): void {
  const { settlement, thread } = fiber
  thread.extras?.fibers.delete(fiber.number)
  if (settlement === null) return
  settlePromise(settlement, fiber)
  for (const waiter of [...settlement.waiters]) {
    if (waiter.state === 'blocked' && waiter.top) (waiter.top.$f as FiberWaitCode).fiberEnded(waiter.top, waiter, fiber)
  }
}

/** Waits for another stack of the same thread. */
export const FIBER_WAIT = fiberWaitCode('await-fiber', {
  slots: ['promise'],
  register: (frame, waiter, kernel) => {
    const awaited = fiberOf(frame['promise'] as object)
    if (!awaited?.settlement) throw new Error('a fiber waits for a promise of no fiber')
    markHandled(awaited.settlement)
    if (awaited.state === 'ended') kernel.scheduler.wake(waiter, awaited.value, awaited.thrown)
    else awaited.settlement.waiters.push(waiter)
  },
  withdraw: (frame, waiter) => {
    const waiters = fiberOf(frame['promise'] as object)?.settlement?.waiters
    if (waiters?.includes(waiter)) waiters.splice(waiters.indexOf(waiter), 1)
  },
  cancel: 'withdraw',
  fiberEnded: (_frame, waiter, { value, thrown }) => {
    waiter.thread.process.kernel.scheduler.wake(waiter, value, thrown)
  },
})

/** Waits for a promise or thenable that is not ours: pins the thread, for nobody but this isolate knows when it settles. */
export const FOREIGN_WAIT = waitCode('await-promise', {
  slots: ['promise'],
  register: (frame, fiber, kernel) => {
    const { wait } = fiber
    const settle = (value: unknown, thrown: boolean): void => {
      if (fiber.state !== 'blocked' || fiber.wait !== wait) return
      Object.assign(frame, { promise: null }) // its thread can move from now on; the promise could not
      kernel.scheduler.wake(fiber, value, thrown)
    }
    const promise = frame['promise'] as Promise<unknown>
    if (fiberOf(promise)) awaitElsewhere(promise, settle)
    else void follow(promise, settle)
  },
  withdraw: () => undefined,
  cancel: 'withdraw', // abandons the promise: nobody is told of how it settles
  holds: () => 'it awaits a promise that is not of its own making',
})

/** A call of another thread: `then` has that thread stay until it has called back. */
function awaitElsewhere(promise: Promise<unknown>, settle: (value: unknown, thrown: boolean) => void): void {
  promise.then(
    (value) => {
      settle(value, false)
    },
    (error: unknown) => {
      settle(error, true)
    },
  )
}
