import type { ObjectCopies } from '../pages/object-copies.js'
import type { Need } from '../pages/acquisition.js'
import { PAGE_SIZE } from '../constants.js'

/** A part of a range of addresses that lies in one object. */
export interface Piece {
  readonly copies: ObjectCopies
  /** Where it begins in the object, in bytes. */
  readonly at: number
  readonly length: number
}

/** The pages of these pieces, each worth at least `copy`. */
export const needsOf = (pieces: readonly Piece[], copy: number): Need[] =>
  pieces.map(({ copies, at, length }) => {
    const page = Math.floor(at / PAGE_SIZE)
    return { pages: copies, page, count: Math.floor((at + length - 1) / PAGE_SIZE) - page + 1, copy }
  })

/** Are all of these pages here? */
export const areHere = (needs: readonly Need[]): boolean =>
  needs.every(({ pages, page, count, copy }) => pages.has(page, count, copy))

/** Copies what the pieces hold. */
export function gather(pieces: readonly Piece[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let to = 0
  for (const { copies, at, length } of pieces) {
    bytes.set(copies.bytes.subarray(at, at + length), to)
    to += length
  }
  return bytes
}

/** Writes `bytes` into the pieces, which are as long together. */
export function scatter(pieces: readonly Piece[], bytes: Uint8Array): void {
  let from = 0
  for (const { copies, at, length } of pieces) {
    copies.bytes.set(bytes.subarray(from, from + length), at)
    from += length
  }
}
