import type { Clock } from '../ports/clock.js'

/** Something that is due at a time: a value, so that a hundred thousand sleeping threads have nothing else. */
export abstract class Timer {
  /** In the clock's microseconds. */
  readonly atUs: number
  /** Place among those that are due at the same time; given by {@link Timers.start}. */
  order = 0
  isCancelled = false

  constructor(atUs: number) {
    this.atUs = atUs
  }

  /** It is due. */
  abstract fire(): void

  /** It stays in its heap until it comes to the top: cancelling is O(1). */
  cancel(): void {
    this.isCancelled = true
  }
}

/** A timer that calls back. */
class CallbackTimer extends Timer {
  readonly #callback: () => void

  constructor(atUs: number, callback: () => void) {
    super(atUs)
    this.#callback = callback
  }

  fire(): void {
    this.#callback()
  }
}

/** The kernel's deadlines: a binary heap by time, first come first served among equals. Driven by the kernel's loop. */
export class Timers {
  readonly #clock: Clock
  readonly #heap: Timer[] = []
  #order = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** When the next callback is due, in the clock's microseconds; `Infinity`: never. */
  get nextUs(): number {
    this.#dropCancelled()
    return this.#heap[0]?.atUs ?? Infinity
  }

  /** Calls `callback` from the kernel's loop once `atUs` has come. Returns a function that cancels it. */
  set(atUs: number, callback: () => void): () => void {
    const timer = new CallbackTimer(atUs, callback)
    this.start(timer)
    return () => {
      timer.cancel()
    }
  }

  /** Has `timer` fire from the kernel's loop once its time has come. */
  start(timer: Timer): void {
    timer.order = this.#order++
    this.#push(timer)
  }

  /** Calls what is due. Returns whether anything was. */
  expire(): boolean {
    if (this.#heap.length === 0) return false
    const nowUs = this.#clock.monotonicUs()
    let fired = false
    while (this.nextUs <= nowUs) {
      fired = true
      this.#pop().fire()
    }
    return fired
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.isCancelled) this.#pop()
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let index = heap.length
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!before(timer, heap[parent])) break
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = timer
  }

  #pop(): Timer {
    const heap = this.#heap
    const top = heap[0] // callers have seen that there is one
    const last = heap.pop() as Timer
    if (heap.length === 0) return top
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++
      if (!before(heap[child], last)) break
      heap[index] = heap[child]
      index = child
    }
    heap[index] = last
    return top
  }
}

const before = (a: Timer, b: Timer): boolean => a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order)
