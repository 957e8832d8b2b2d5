import type { ObjectId } from '../regions/region.js'

/** What becomes of the pages of memory objects, as the regions' side asks for it at an object's home. */
export interface ObjectPages {
  /** Nothing maps or names the object any more: its pages are nobody's. Its number may be used again afterwards. */
  objectUnused(object: ObjectId): void
  /** Pages `first` … `first + count − 1` are zeroes from now on, or copies of their source again. Calls `done` when no kernel has them otherwise. */
  discard(object: ObjectId, first: number, count: number, done: () => void): void
}
