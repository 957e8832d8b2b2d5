import type { IsSize } from './is-result.js'
import { PAGE_BYTES, type Range, shareOf, wholePages } from './partition.js'

const INT_BYTES = Int32Array.BYTES_PER_ELEMENT
const INTS_PER_PAGE = PAGE_BYTES / INT_BYTES

/**
 * Where the parts of a run have what, in bytes from the beginning of their memory. What one part writes is on pages that no other writes: its block of keys,
 * its counts, its range of the ranks, and its note to the others (the number of keys in its range, and the keys of tests that are in its block).
 */
export class IsLayout {
  readonly #size: IsSize
  readonly #parts: number
  readonly #counts: number
  readonly #ranks: number
  readonly #notes: number
  readonly #countsBytes: number
  readonly bytes: number

  constructor(size: IsSize, parts: number) {
    this.#size = size
    this.#parts = parts
    this.#countsBytes = wholePages(size.maxKey * INT_BYTES)
    this.#counts = wholePages(size.keys * INT_BYTES)
    this.#ranks = this.#counts + parts * this.#countsBytes
    this.#notes = this.#ranks + this.#countsBytes
    this.bytes = this.#notes + parts * PAGE_BYTES
  }

  /** The keys of a part's block, by number. */
  block(part: number): Range {
    return shareOf(this.#size.keys, this.#parts, part, INTS_PER_PAGE)
  }

  /** The keys, by value, that a part ranks. Those beyond the number of pages get none. */
  range(part: number): Range {
    return shareOf(this.#size.maxKey, this.#parts, part, INTS_PER_PAGE)
  }

  /** Key number `index`. */
  key(index: number): number {
    return index * INT_BYTES
  }

  /** How often a part's block has `key`. */
  count(part: number, key: number): number {
    return this.#counts + part * this.#countsBytes + key * INT_BYTES
  }

  /** How many keys are not larger than `key`. */
  rank(key: number): number {
    return this.#ranks + key * INT_BYTES
  }

  /** How many keys a part's range has. */
  total(part: number): number {
    return this.#notes + part * PAGE_BYTES
  }

  /** A part's keys of tests. */
  tests(part: number): number {
    return this.total(part) + INT_BYTES
  }
}
