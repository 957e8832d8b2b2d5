import type { Fiber } from './fiber.js'

/** The promise that a standard entry has returned, and who waits for its fiber. */
export interface Settlement {
  readonly promise: Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  /** Fibers of the same thread that are blocked until this one ends. */
  readonly waiters: Fiber[]
}

class Same {
  constructor(target: object) {
    return target
  }
}

/** A private field on the promise itself leads to its fiber: cheaper than a `WeakMap`, and nobody can see it. */
class Mark extends Same {
  readonly #fiber: Fiber
  constructor(promise: object, fiber: Fiber) {
    super(promise)
    this.#fiber = fiber
  }
  static read(promise: object): Fiber | undefined {
    return #fiber in promise ? (promise as unknown as Mark).#fiber : undefined
  }
}

type Reaction = ((value: unknown) => unknown) | null | undefined

// Kept: a program may put others in their place.
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with the promise as `this`, see `react`
const nativeThen = Promise.prototype.then
const react = (promise: Promise<unknown>, onValue?: Reaction, onError?: Reaction): Promise<unknown> =>
  nativeThen.call(promise, onValue, onError)

/**
 * Promises of fibers differ from others in `then` alone: a callback is known to this isolate only, so the fiber's thread stays until it has been
 * made. `catch`, `finally` and the combinators come by here too.
 */
const FIBER_PROMISE = Object.create(Promise.prototype, {
  then: {
    value: function then(this: Promise<unknown>, onValue?: Reaction, onError?: Reaction): Promise<unknown> {
      const thread = Mark.read(this)?.thread
      const result = react(this, onValue, onError)
      if (!thread) return result
      thread.callbacks++
      const made = (): void => {
        thread.callbacks--
      }
      react(this, made, made) // runs after the callback, which was given before
      return result
    },
    writable: true,
    configurable: true,
  },
}) as object

/** Gives a fiber its promise. */
export function settlementFor(fiber: Fiber): Settlement {
  let resolve!: (value: unknown) => void // assigned by the constructor's argument, which runs at once
  let reject!: (error: unknown) => void
  const promise = new Promise<unknown>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  Object.setPrototypeOf(promise, FIBER_PROMISE)
  new Mark(promise, fiber)
  return { promise, resolve, reject, waiters: [] }
}

/** The fiber whose outcome this promise is, if it was made by a standard entry. */
export const fiberOf = (promise: object): Fiber | undefined => Mark.read(promise)

const ignore = (): void => undefined

/** Somebody learns of the outcome in another way, so a rejection is not unhandled, though the engine does not see anybody wait for it. */
export function markHandled({ promise }: Settlement): void {
  void react(promise, undefined, ignore)
}
