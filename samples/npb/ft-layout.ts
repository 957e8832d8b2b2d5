import type { FtSize } from './ft-result.js'
import { type Range, shareOf, wholePages } from './partition.js'

/** Doubles of a complex number. */
const COMPLEX = 2
const NUMBER_BYTES = Float64Array.BYTES_PER_ELEMENT

/** Numbers in memory: bytes from its beginning, and how many doubles. */
export interface Extent {
  readonly at: number
  readonly length: number
}

/**
 * Where the parts of a run have what, in bytes from the beginning of their memory. Space is cut in two ways: in front of the transform along z a part has
 * planes of one z, behind it slices of one y. Numbers pass from the one to the other through blocks, one for each pair of parts and direction: what a
 * part writes for all others is one piece, on pages of its own, and what it reads of another is one piece, too.
 */
export class FtLayout {
  readonly #size: FtSize
  readonly #parts: number
  readonly #blockBytes: number
  readonly #sliceBytes: number
  readonly bytes: number

  constructor(size: FtSize, parts: number) {
    this.#size = size
    this.#parts = parts
    const most = (total: number): number => Math.ceil(total / parts)
    this.#blockBytes = wholePages(most(size.nz) * most(size.ny) * this.rowLength * NUMBER_BYTES)
    this.#sliceBytes = wholePages(most(size.ny) * size.nz * this.rowLength * NUMBER_BYTES)
    this.bytes = 2 * parts * parts * this.#blockBytes + parts * this.#sliceBytes
  }

  /** The planes of a part, by z. */
  planes(part: number): Range {
    return shareOf(this.#size.nz, this.#parts, part)
  }

  /** The slices of a part, by y. */
  slices(part: number): Range {
    return shareOf(this.#size.ny, this.#parts, part)
  }

  /** Doubles of a row along x. */
  get rowLength(): number {
    return this.#size.nx * COMPLEX
  }

  /** All that a part writes for the others: `inward` from its planes to their slices, `outward` from its slices to their planes. */
  blocks(direction: 'inward' | 'outward', from: number): Extent {
    const first = (direction === 'inward' ? 0 : this.#parts) + from
    return { at: first * this.#parts * this.#blockBytes, length: this.#parts * this.blockStride }
  }

  /** What it writes for one of them: a plane's rows after the other's. */
  block(direction: 'inward' | 'outward', from: number, to: number): Extent {
    const [planes, slices] = direction === 'inward' ? [from, to] : [to, from]
    const rows = lengthOf(this.planes(planes)) * lengthOf(this.slices(slices))
    return { at: this.blocks(direction, from).at + to * this.#blockBytes, length: rows * this.rowLength }
  }

  /** Doubles from one of a part's blocks to the next. */
  get blockStride(): number {
    return this.#blockBytes / NUMBER_BYTES
  }

  /** The slices of a part: its share of the spectrum. A slice's rows, by z, after the other's. */
  spectrum(part: number): Extent {
    const at = 2 * this.#parts * this.#parts * this.#blockBytes + part * this.#sliceBytes
    return { at, length: lengthOf(this.slices(part)) * this.#size.nz * this.rowLength }
  }
}

const lengthOf = ({ first, end }: Range): number => end - first
