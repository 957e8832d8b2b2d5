import { Same } from '../frames/same.js'
import type { Fiber } from './fiber.js'

/** The promise that a standard entry has returned, and who waits for its fiber. */
export interface Settlement {
  readonly promise: Promise<unknown>
  /** Fulfils the promise. */
  readonly resolve: (value: unknown) => void
  /** Rejects it. */
  readonly reject: (error: unknown) => void
  /** Fibers of the same thread that are blocked until this one ends. */
  readonly waiters: Fiber[]
  /** How many callbacks were given to `then` before it settled. */
  callbacks: number
  /** Was {@link markHandled} called? */
  isHandled: boolean
}

/** Leads from the promise to its fiber, by a private field on the promise itself. */
class Mark extends Same {
  readonly #fiber: Fiber
  constructor(promise: object, fiber: Fiber) {
    super(promise)
    this.#fiber = fiber
  }
  static read(promise: object): Fiber | undefined {
    return #fiber in promise ? promise.#fiber : undefined
  }
}

type Reaction = ((value: unknown) => unknown) | null | undefined

// Kept: a program may put others in their place.
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with the promise as `this`, see `react`
const nativeThen = Promise.prototype.then
const react = (promise: Promise<unknown>, onValue?: Reaction, onError?: Reaction): Promise<unknown> =>
  nativeThen.call(promise, onValue, onError)

/**
 * Promises of fibers differ from others in a `then` of their own: a callback is known to this isolate only, so the fiber's thread stays until it has been
 * made. `catch`, `finally` and the combinators come by here too.
 */
const THEN: PropertyDescriptor = {
  value: function then(this: Promise<unknown>, onValue?: Reaction, onError?: Reaction): Promise<unknown> {
    const result = react(this, onValue, onError)
    const fiber = Mark.read(this)
    if (fiber) expectCallback(this, fiber)
    return result
  },
  writable: true,
  configurable: true,
}

function expectCallback(promise: Promise<unknown>, { thread, state, settlement }: Fiber): void {
  if (state === 'ended' || settlement === null) thread.callbacksDue++
  else {
    thread.callbacks++
    settlement.callbacks++
  }
  const made = (): void => {
    if (--thread.callbacksDue === 0) thread.process.kernel.scheduler.reconsider(thread)
  }
  void react(promise, made, made) // runs after the callback, which was given before
}

/** Settles the promise of a fiber that has ended. */
export function settlePromise(settlement: Settlement, { thread, value, thrown }: Fiber): void {
  thread.callbacks -= settlement.callbacks
  thread.callbacksDue += settlement.callbacks
  settlement.callbacks = 0
  if (thrown) settlement.reject(value)
  else settlement.resolve(value)
}

/** Gives a fiber its promise. */
export function settlementFor(fiber: Fiber): Settlement {
  let resolve!: (value: unknown) => void // assigned by the constructor's argument, which runs at once
  let reject!: (error: unknown) => void
  const promise = new Promise<unknown>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  Reflect.defineProperty(promise, 'then', THEN)
  new Mark(promise, fiber)
  return { promise, resolve, reject, waiters: [], callbacks: 0, isHandled: false }
}

/** The fiber whose outcome this promise is, if it was made by a standard entry. */
export const fiberOf = (promise: object): Fiber | undefined => Mark.read(promise)

const ignore = (): void => undefined

/** Somebody learns of the outcome in another way, so a rejection is not unhandled, though the engine does not see anybody wait for it. */
export function markHandled(settlement: Settlement): void {
  if (settlement.isHandled) return
  settlement.isHandled = true
  void react(settlement.promise, undefined, ignore)
}

/** Nobody awaits the promise any more, so a rejection is not unhandled. */
export function abandon(promise: Promise<unknown>): void {
  const settlement = fiberOf(promise)?.settlement
  if (settlement) markHandled(settlement)
  else void react(promise, undefined, ignore)
}
