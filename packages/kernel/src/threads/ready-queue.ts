import type { Fiber } from './fiber.js'

/** Ready fibers, in the order in which they run. A fiber is in one at most: it is its own link. */
export interface ReadyQueue {
  readonly isEmpty: boolean
  /** Are there two or more? */
  readonly isBacklogged: boolean
  /** Adds a fiber behind its equals. */
  push(fiber: Fiber): void
  /** Takes the one that is to run next; `null`: there is none. */
  take(): Fiber | null
  /** Takes this fiber out; returns whether it was there. */
  remove(fiber: Fiber): boolean
  /** All of them, those that run next first. */
  [Symbol.iterator](): Iterator<Fiber>
}

/** First in, first out: the run queue of a kernel whose threads are all equal, as they mostly are. */
export class FifoQueue implements ReadyQueue {
  #first: Fiber | null = null
  #last: Fiber | null = null

  /** The one that is taken next. */
  get first(): Fiber | null {
    return this.#first
  }

  get isEmpty(): boolean {
    return this.#first === null
  }

  get isBacklogged(): boolean {
    return this.#first !== this.#last
  }

  push(fiber: Fiber): void {
    fiber.next = null
    const last = this.#last
    this.#last = fiber
    if (last !== null) last.next = fiber
    else this.#first = fiber
  }

  /** Puts a fiber before all others. */
  unshift(fiber: Fiber): void {
    fiber.next = this.#first
    this.#first = fiber
    this.#last ??= fiber
  }

  take(): Fiber | null {
    const fiber = this.#first
    if (fiber === null) return null
    this.#first = fiber.next
    if (this.#first === null) this.#last = null
    fiber.next = null
    return fiber
  }

  /** Takes this fiber out; returns whether it was here. Takes as long as the queue is. */
  remove(fiber: Fiber): boolean {
    let before: Fiber | null = null
    for (let at = this.#first; at !== null; before = at, at = at.next) {
      if (at !== fiber) continue
      if (before === null) this.#first = at.next
      else before.next = at.next
      if (this.#last === at) this.#last = before
      at.next = null
      return true
    }
    return false
  }

  *[Symbol.iterator](): Iterator<Fiber> {
    for (let at = this.#first; at !== null; at = at.next) yield at
  }
}
