import type { ObjectId } from '../regions/region.js'

/** What becomes of the pages of memory objects, as the regions' side asks for it at an object's home. */
export interface ObjectPages {
  /** Nothing maps or names the object any more: its pages are nobody's. Its number may be used again afterwards. */
  objectUnused(object: ObjectId): void
  /** Pages `first` … `first + count − 1` are zeroes from now on, or copies of their source again. Calls `done` when no kernel has them otherwise. */
  discard(object: ObjectId, first: number, count: number, done: () => void): void
  /** Page `page` of an object of `size` pages is zero from byte `from` on. Calls `done` when it is, or is lost. */
  clear(object: ObjectId, size: number, page: number, from: number, done: () => void): void
  /**
   * Gives each of these pages of an object of `size` pages to `use`, as it is at some moment until `done` is called; `null`: no living kernel has it. The bytes
   * are lent.
   */
  collect(
    object: ObjectId,
    size: number,
    wanted: readonly number[],
    use: (page: number, bytes: Uint8Array | null) => void,
    done: () => void,
  ): void
}
