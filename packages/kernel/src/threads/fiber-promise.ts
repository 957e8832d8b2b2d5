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

/** Gives a fiber its promise. */
export function settlementFor(fiber: Fiber): Settlement {
  let resolve!: (value: unknown) => void // assigned by the constructor's argument, which runs at once
  let reject!: (error: unknown) => void
  const promise = new Promise<unknown>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  new Mark(promise, fiber)
  return { promise, resolve, reject, waiters: [] }
}

/** The fiber whose outcome this promise is, if it was made by a standard entry. */
export const fiberOf = (promise: object): Fiber | undefined => Mark.read(promise)

const ignore = (): void => undefined

/** A fiber awaits the promise, so its rejection is not unhandled, though the engine does not see anybody wait for it. */
export function markHandled({ promise }: Settlement): void {
  promise.catch(ignore)
}
