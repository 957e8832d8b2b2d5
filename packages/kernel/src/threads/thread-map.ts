import type { ThreadId } from './thread.js'

/** What belongs to one thread. */
export interface Numbered {
  readonly tid: ThreadId
}

const LEAST_SLOTS = 8

/**
 * What belongs to threads, by their number: an open hash table with linear probing, at most three quarters full. Not a `Map`, for two reasons. One
 * takes 40 to 75 bytes per entry, this 11 to 21. And a `Map` that is emptied and filled in turn, as threads come and go, makes a new table each
 * time and has the old one refer to the new: once a table is old enough, every later one, and the threads that it held, outlives
 * the collector's minor cycles (each such cycle took 2 to 3 ms where threads moved all the time).
 */
export class ThreadMap<T extends Numbered> {
  #slots: (T | null)[] = vacant(LEAST_SLOTS)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** What belongs to the thread of this number. */
  get(tid: ThreadId): T | undefined {
    return this.#slots[this.#find(tid)] ?? undefined
  }

  /** Enters `item`, in place of what has its number. */
  set(item: T): void {
    const at = this.#find(item.tid)
    const isNew = this.#slots[at] === null
    this.#slots[at] = item
    if (!isNew) return
    this.#size++
    if (4 * this.#size > 3 * this.#slots.length) this.#resize(2 * this.#slots.length)
  }

  /** Takes out what belongs to the thread of this number. Returns whether there was something. */
  delete(tid: ThreadId): boolean {
    const at = this.#find(tid)
    if (this.#slots[at] === null) return false
    this.#slots[at] = null
    this.#size--
    this.#closeGap(at)
    const { length } = this.#slots
    if (length > LEAST_SLOTS && 8 * this.#size < length) this.#resize(length / 2)
    return true
  }

  /** All of them, in no order that means anything. What is changed meanwhile may be missed, or met twice. */
  *values(): IterableIterator<T> {
    for (const item of this.#slots) if (item !== null) yield item
  }

  /** Where the entry of this number is, or belongs. */
  #find(tid: ThreadId): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let at = home(tid, mask)
    for (let item = slots[at]; item !== null && item.tid !== tid; item = slots[at]) at = (at + 1) & mask
    return at
  }

  /** Moves up what lies behind a vacancy and belongs before it, so that no search ends too early. */
  #closeGap(gap: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let at = (gap + 1) & mask, item = slots[at]; item !== null; at = (at + 1) & mask, item = slots[at]) {
      const displacement = (at - home(item.tid, mask)) & mask
      if (displacement < ((at - gap) & mask)) continue
      slots[gap] = item
      slots[at] = null
      gap = at
    }
  }

  #resize(length: number): void {
    const before = this.#slots
    this.#slots = vacant(length)
    for (const item of before) if (item !== null) this.#slots[this.#find(item.tid)] = item
  }
}

/** 2³² divided by the golden ratio. */
const GOLDEN = 0x9e37_79b1

/**
 * Numbers are given in order. Taken as they are they would fill the table without a gap, and who leaves would have to look at all that follow;
 * multiplied by this they are spread evenly (Knuth, The Art of Computer Programming, 6.4: Fibonacci hashing).
 */
const home = (tid: ThreadId, mask: number): number => Math.imul(tid, GOLDEN) >>> Math.clz32(mask)

const vacant = (length: number): null[] => new Array<null>(length).fill(null)
