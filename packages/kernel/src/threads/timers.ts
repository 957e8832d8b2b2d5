import type { Clock } from '../ports/clock.js'

interface Entry {
  readonly atUs: number
  readonly order: number
  callback: (() => void) | null
}

/** The kernel's deadlines: a binary heap by time, first come first served among equals. Driven by the kernel's loop. */
export class Timers {
  readonly #clock: Clock
  readonly #heap: Entry[] = []
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
    const entry: Entry = { atUs, order: this.#order++, callback }
    this.#push(entry)
    return () => {
      entry.callback = null // stays in the heap until it comes to the top: cancelling is O(1)
    }
  }

  /** Calls what is due. Returns whether anything was. */
  expire(): boolean {
    if (this.#heap.length === 0) return false
    const nowUs = this.#clock.monotonicUs()
    let fired = false
    while (this.nextUs <= nowUs) {
      const { callback } = this.#pop()
      fired = true
      callback?.()
    }
    return fired
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.callback === null) this.#pop()
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let index = heap.length
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!before(entry, heap[parent] as Entry)) break
      heap[index] = heap[parent] as Entry
      index = parent
    }
    heap[index] = entry
  }

  #pop(): Entry {
    const heap = this.#heap
    const top = heap[0] as Entry // callers have seen that there is one
    const last = heap.pop() as Entry
    if (heap.length === 0) return top
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry)) child++
      if (!before(heap[child] as Entry, last)) break
      heap[index] = heap[child] as Entry
      index = child
    }
    heap[index] = last
    return top
  }
}

const before = (a: Entry, b: Entry): boolean => a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order)
