import { registers } from '../frames/registers.js'
import { Unwind } from '../frames/unwind.js'
import type { Fiber } from '../threads/fiber.js'
import type { Routine } from '../threads/start.js'
import type { Thread } from '../threads/thread.js'

/** The result of a thread that was cancelled. A registered symbol, so that it is the same on every kernel. */
export const PTHREAD_CANCELED = Symbol.for('PTHREAD_CANCELED')

/** What `pthread_cleanup_push` was given. */
export interface CleanupHandler {
  readonly routine: Routine
  readonly argument: unknown
  /** Number of the stack that pushed it. */
  readonly fiber: number
}

/**
 * A thread's cancelability, and what has been asked of it. Data, which travels with the thread; most threads have none of it, and are
 * cancelable at cancellation points.
 */
export interface Cancellation {
  /** Requests stay pending. */
  disabled: boolean
  /** They are acted upon at every safe point, not at cancellation points alone. */
  asynchronous: boolean
  /** Somebody has asked for the thread's end. */
  requested: boolean
  /** Numbers of the stacks that are being unwound, or that stacks being unwound have started: nothing cancels them any more. */
  readonly shielded: number[]
  /** Of all stacks, in the order in which they were pushed. */
  readonly handlers: CleanupHandler[]
}

/** The thread's cancellation state, made now if it had none. */
export function needCancellation(thread: Thread): Cancellation {
  return (thread.needExtras().cancellation ??= {
    disabled: false,
    asynchronous: false,
    requested: false,
    shielded: [],
    handlers: [],
  })
}

/** Must the stack be unwound as soon as it is at a cancellation point? */
export function isDue({ thread, number }: Fiber): boolean {
  const state = thread.extras?.cancellation
  return state !== undefined && state.requested && !state.disabled && !state.shielded.includes(number)
}

/** Must it be unwound at its next safe point, whatever that is? */
export const isDueAnywhere = (fiber: Fiber): boolean =>
  fiber.thread.extras?.cancellation?.asynchronous === true && isDue(fiber)

/** Is the stack beyond cancellation, because it is being unwound? */
export const isShielded = ({ thread, number }: Fiber): boolean =>
  thread.extras?.cancellation?.shielded.includes(number) === true

/** Nothing cancels this stack any more: it is being unwound, or works for one that is. */
export function shield(fiber: Fiber): void {
  if (!isShielded(fiber)) needCancellation(fiber.thread).shielded.push(fiber.number)
}

/** The stack is unwound from here on: gives what is to be thrown in it. */
export function beginUnwinding(fiber: Fiber): Unwind {
  shield(fiber)
  return new Unwind('cancellation', PTHREAD_CANCELED)
}

/** The calling stack ends its thread or process by its own wish: it is unwound, and not cancelled meanwhile. */
export function unwindCaller(reason: Unwind['reason'], value: unknown): never {
  if (registers.fiber) shield(registers.fiber)
  throw new Unwind(reason, value)
}

/** A cancellation point of a stack that runs. */
export function testCancel(fiber: Fiber): void {
  if (isDue(fiber)) throw beginUnwinding(fiber)
}

/** Takes the handler that the stack has pushed last off the thread's list; `undefined`: there is none. */
export function takeHandler({ thread, number }: Fiber): CleanupHandler | undefined {
  const handlers = thread.extras?.cancellation?.handlers ?? []
  const at = handlers.findLastIndex(({ fiber }) => fiber === number)
  return at < 0 ? undefined : handlers.splice(at, 1)[0]
}

/** Has the stack pushed a handler that is still there? */
export const hasHandler = ({ thread, number }: Fiber): boolean =>
  thread.extras?.cancellation?.handlers.some(({ fiber }) => fiber === number) === true

/** The stack has ended: what the state has of it goes. */
export function forgetStack({ thread, number }: Fiber): void {
  const state = thread.extras?.cancellation
  if (state === undefined) return
  remove(state.shielded, (shielded) => shielded === number)
  remove(state.handlers, ({ fiber }) => fiber === number)
}

function remove<T>(list: T[], isGone: (item: T) => boolean): void {
  for (let at = list.length - 1; at >= 0; at--) if (isGone(list[at])) list.splice(at, 1)
}
