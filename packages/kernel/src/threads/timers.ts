import type { Clock } from '../ports/clock.js'

/** Something that is due at a time: a value, so that a hundred thousand sleeping threads have nothing else. */
export abstract class Timer {
  /** Place among those that are due at the same time; given by {@link Timers.start}. */
  order = 0
  /** Place in the heap of its {@link Timers}; −1: it is in none. */
  index = -1

  /** When it is due, in the clock's microseconds. Never changes. */
  abstract get atUs(): number

  /** It is due. */
  abstract fire(): void
}

/** A timer that calls back. */
class CallbackTimer extends Timer {
  readonly atUs: number
  readonly #callback: () => void

  constructor(atUs: number, callback: () => void) {
    super()
    this.atUs = atUs
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
    return this.#heap[0]?.atUs ?? Infinity
  }

  /** How many are still to come. */
  get size(): number {
    return this.#heap.length
  }

  /** Calls `callback` from the kernel's loop once `atUs` has come. Returns a function that cancels it. */
  set(atUs: number, callback: () => void): () => void {
    const timer = new CallbackTimer(atUs, callback)
    this.start(timer)
    return () => {
      this.cancel(timer)
    }
  }

  /** Has `timer` fire from the kernel's loop once its time has come. */
  start(timer: Timer): void {
    timer.order = this.#order++
    this.#rise(timer, this.#heap.length)
  }

  /** Calls what is due. Returns whether anything was. */
  expire(): boolean {
    if (this.#heap.length === 0) return false
    const nowUs = this.#clock.monotonicUs()
    let fired = false
    while (this.nextUs <= nowUs) {
      fired = true
      const timer = this.#heap[0]
      this.cancel(timer)
      timer.fire()
    }
    return fired
  }

  /** Takes `timer` out, if it is still to come: nothing of it stays. O(log n). */
  cancel(timer: Timer): void {
    const heap = this.#heap
    const { index } = timer
    if (index < 0) return
    timer.index = -1
    const last = heap.pop() as Timer // there is one: `timer` was in the heap
    if (last === timer) return
    this.#sink(last, index)
    this.#rise(last, last.index)
  }

  /** Puts `timer` at `index`, or as far up as it belongs. */
  #rise(timer: Timer, index: number): void {
    const heap = this.#heap
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!before(timer, heap[parent])) break
      this.#put(heap[parent], index)
      index = parent
    }
    this.#put(timer, index)
  }

  /** Puts `timer` at `index`, or as far down as it belongs. */
  #sink(timer: Timer, index: number): void {
    const heap = this.#heap
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++
      if (!before(heap[child], timer)) break
      this.#put(heap[child], index)
      index = child
    }
    this.#put(timer, index)
  }

  #put(timer: Timer, index: number): void {
    this.#heap[index] = timer
    timer.index = index
  }
}

const before = (a: Timer, b: Timer): boolean => a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order)
