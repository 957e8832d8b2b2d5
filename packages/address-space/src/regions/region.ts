import { PAGE_SIZE } from '../constants.js'

/**
 * What a region maps: pages, numbered from 0, that are consistent wherever they are mapped. `homeKernel * 2**24 + counter`, an exact number that
 * crosses as a `u64`; 0 is no object.
 */
export type ObjectId = number

/** Addresses `start` … `end` − 1. */
export interface AddressRange {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** A part of an address space that is mapped alike. All positions are bytes, and page aligned. */
export interface Region extends AddressRange {
  /** `PROT_*`. */
  readonly prot: number
  /** `MAP_*`, as it was mapped. */
  readonly flags: number
  readonly object: ObjectId
  /** Where in the object `start` is. */
  readonly offset: number
  /** Size of the whole object in pages, for its backing store. Beyond it there is nothing: an access gets `SIGBUS`. */
  readonly pages: number
  /** The object whose pages an untouched page of this private object copies, under the same numbers; 0: it is zeroes. */
  readonly source: ObjectId
  /** Was it mapped from a descriptor that can't write? Then `mprotect` may not allow it either. @default no */
  readonly readOnly?: boolean
}

/** The part of a region that lies in `range`, which it overlaps. */
export function clip(region: Region, range: AddressRange): Region {
  const start = Math.max(region.start, range.start)
  const end = Math.min(region.end, range.end)
  if (start === region.start && end === region.end) return region
  return { ...region, start, end, offset: region.offset + (start - region.start) }
}

/** Are two ranges of addresses not disjoint? */
export const overlaps = (a: AddressRange, b: AddressRange): boolean => a.start < b.end && b.start < a.end

/** The page of its object that is at `address`, which the region contains. */
export const pageAt = ({ start, offset }: Region, address: number): number =>
  Math.floor((address - start + offset) / PAGE_SIZE)

/** Do `b`'s pages go on where `a`'s end, mapped alike? */
export function continues(a: Region, b: Region): boolean {
  return (
    a.end === b.start &&
    a.object === b.object &&
    a.offset + (a.end - a.start) === b.offset &&
    a.prot === b.prot &&
    a.flags === b.flags &&
    a.pages === b.pages &&
    a.source === b.source &&
    a.readOnly === b.readOnly
  )
}
