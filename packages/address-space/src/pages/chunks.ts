import type { ObjectId } from '../regions/region.js'

/** Pages of a chunk: what has one home. 256 KiB. */
export const CHUNK_PAGES = 64

/** Pages of one object, within one chunk. */
export interface Run {
  readonly object: ObjectId
  readonly page: number
  readonly count: number
}

/** What is said of pages in one transition. */
export interface Order extends Run {
  readonly epoch: number
}

/** The number of the chunk that a page belongs to, within its object. */
export const chunkOf = (page: number): number => Math.floor(page / CHUNK_PAGES)

/** A range of pages, cut where chunks end. */
export function* byChunk(page: number, count: number): IterableIterator<{ page: number; count: number }> {
  for (let end = page + count; page < end;) {
    const next = Math.min(end, (chunkOf(page) + 1) * CHUNK_PAGES)
    yield { page, count: next - page }
    page = next
  }
}

/** Epochs of a chunk's later home are higher than those of its earlier ones. */
const PER_GENERATION = 2 ** 40

/** The epoch that all of a generation are higher than. */
export const epochsOf = (generation: number): number => generation * PER_GENERATION
