import { NOTE_LENGTH } from './mg-charges.js'
import type { MgSize } from './mg-result.js'
import type { GridName } from './mg-steps.js'
import { PAGE_BYTES, type Range, shareOf, wholePages } from './partition.js'

const NUMBER_BYTES = Float64Array.BYTES_PER_ELEMENT

/** Consecutive planes, in bytes from the beginning of the memory. */
export interface Slab {
  readonly at: number
  readonly planes: number
}

/**
 * Where the parts of a run have what, in bytes from the beginning of their memory. A part has consecutive planes of each grid, every plane on pages of its own:
 * what one part reads of another's is the plane next to its own on either side.
 */
export class MgLayout {
  readonly #parts: number
  readonly #grids = new Map<string, number>()
  readonly #notes: number
  readonly bytes: number

  constructor({ levels }: MgSize, parts: number) {
    this.#parts = parts
    let at = 0
    const place = (grid: GridName, level: number): void => {
      this.#grids.set(`${grid}${level}`, at)
      at += 2 ** level * MgLayout.stride(level)
    }
    place('v', levels)
    for (let level = 1; level <= levels; level++) {
      place('u', level)
      place('r', level)
    }
    this.#notes = at
    this.bytes = at + parts * PAGE_BYTES
  }

  /** Numbers of a plane. */
  static planeLength(level: number): number {
    return (2 ** level + 2) ** 2
  }

  /** Bytes from one plane to the next. */
  static stride(level: number): number {
    return wholePages(MgLayout.planeLength(level) * NUMBER_BYTES)
  }

  /** The planes of a level that a part writes. A coarse level may have none for some. */
  share(level: number, part: number): Range {
    return shareOf(2 ** level, this.#parts, part)
  }

  /** Where the planes of a range are, which may reach beyond the grid on both sides. */
  slabs(grid: GridName, level: number, { first, end }: Range): Slab[] {
    const start = this.#grids.get(`${grid}${level}`)
    if (start === undefined) throw new RangeError(`there is no grid ${grid} of level ${level}`)
    const n = 2 ** level
    const slabs: Slab[] = []
    for (let plane = first; plane < end;) {
      const inGrid = (plane + n) % n
      const planes = Math.min(end - plane, n - inGrid)
      slabs.push({ at: start + inGrid * MgLayout.stride(level), planes })
      plane += planes
    }
    return slabs
  }

  /** Numbers that a view of a slab has. */
  slabLength(level: number, { planes }: Slab): number {
    return (planes * MgLayout.stride(level)) / NUMBER_BYTES
  }

  /** A part's note to the others, of `NOTE_LENGTH` numbers. */
  note(part: number): number {
    return this.#notes + part * PAGE_BYTES
  }
}

if (NOTE_LENGTH * NUMBER_BYTES > PAGE_BYTES) throw new Error('a note is longer than a page')

/** The planes of a slab. */
export function planesOf(slab: Float64Array, level: number): Float64Array[] {
  const [stride, length] = [MgLayout.stride(level) / NUMBER_BYTES, MgLayout.planeLength(level)]
  return Array.from({ length: slab.length / stride }, (_, plane) =>
    slab.subarray(plane * stride, plane * stride + length),
  )
}
