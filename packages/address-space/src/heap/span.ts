import { PAGE_SIZE } from '../constants.js'
import type { Arena } from './arena.js'
import type { SizeClass } from './size-classes.js'

/** Neighbouring pages of an arena, cut into blocks of one size. */
export class Span {
  readonly arena: Arena
  /** Index of its size class. */
  readonly classIndex: number
  /** Of the first block. */
  readonly start: number
  readonly pages: number
  /** Of a block, in bytes. */
  readonly size: number
  /** Its place in the list of spans with free blocks; −1: it is not there. */
  position = -1
  readonly #capacity: number
  /** Has nothing ever been kept in its pages? */
  readonly #isFresh: boolean
  /** One bit per block: is it allocated? */
  readonly #taken: Uint32Array
  /** Blocks that were given back, a stack. */
  readonly #free: Uint16Array
  #freeCount = 0
  /** Blocks that were ever allocated: the first ones. */
  #carved = 0

  constructor(arena: Arena, classIndex: number, { size, pages, capacity }: SizeClass, start: number, isFresh: boolean) {
    this.arena = arena
    this.classIndex = classIndex
    this.start = start
    this.pages = pages
    this.size = size
    this.#capacity = capacity
    this.#isFresh = isFresh
    this.#taken = new Uint32Array(Math.ceil(capacity / 32))
    this.#free = new Uint16Array(capacity)
  }

  /** Exclusive, in bytes. */
  get end(): number {
    return this.start + this.pages * PAGE_SIZE
  }

  get isFull(): boolean {
    return this.#freeCount === 0 && this.#carved === this.#capacity
  }

  get isEmpty(): boolean {
    return this.#freeCount === this.#carved
  }

  /** Will the next block that is taken hold zeroes, because nothing was ever kept there? */
  get isNextZero(): boolean {
    return this.#freeCount === 0 && this.#isFresh
  }

  /** Takes a block of a span that is not full: the one given back last, whose pages are likely to be here. */
  take(): number {
    const index = this.#freeCount > 0 ? this.#free[--this.#freeCount] : this.#carved++
    this.#taken[index >>> 5] |= 1 << (index & 31)
    return this.start + index * this.size
  }

  /** The index of the block that begins at this address of the span and is allocated; −1: none does. */
  indexOf(address: number): number {
    const index = (address - this.start) / this.size
    const isTaken =
      Number.isInteger(index) && index < this.#carved && (this.#taken[index >>> 5] & (1 << (index & 31))) !== 0
    return isTaken ? index : -1
  }

  /** Gives an allocated block back. */
  give(index: number): void {
    this.#taken[index >>> 5] &= ~(1 << (index & 31))
    this.#free[this.#freeCount++] = index
  }
}
