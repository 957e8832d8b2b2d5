/**
 * What a region maps: pages, numbered from 0, that are consistent wherever they are mapped. `homeKernel * 2**24 + counter`, an exact number that
 * crosses as a `u64`; 0 is no object.
 */
export type ObjectId = number

/** A part of an address space that is mapped alike. All positions are bytes, and page aligned. */
export interface Region {
  readonly start: number
  /** Exclusive. */
  readonly end: number
  /** `PROT_*`. */
  readonly prot: number
  /** `MAP_*`, as it was mapped. */
  readonly flags: number
  readonly object: ObjectId
  /** Where in the object `start` is. */
  readonly offset: number
  /** Size of the whole object in pages, for its backing store. */
  readonly pages: number
  /** The object whose pages an untouched page of this private object copies, under the same numbers; 0: it is zeroes. */
  readonly source: ObjectId
}

/** Addresses `start` … `end` − 1. */
export interface AddressRange {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}
