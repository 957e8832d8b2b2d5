import type { ObjectCopies } from '../pages/object-copies.js'
import type { Need } from '../pages/acquisition.js'
import { PAGE_SIZE, PROT_WRITE } from '../constants.js'
import { Copy } from '../pages/protocol.js'

/** A part of a range of addresses that lies in one object. */
export interface Piece {
  readonly copies: ObjectCopies
  /** Where it begins in the object, in bytes. */
  readonly at: number
  readonly length: number
  /** Is it under release consistency? */
  readonly isRelaxed: boolean
}

/** What is to be done with the pieces, as far as their pages are concerned. */
export interface Use {
  /** `PROT_READ` or `PROT_WRITE`. */
  readonly access: number
  /** Must nobody else have a copy meanwhile, even under release consistency? @default no */
  readonly isAtomic?: boolean
}

/** The pages of these pieces, and what each must be worth. Under release consistency a readable copy will do to write. */
export const needsOf = (pieces: readonly Piece[], { access, isAtomic = false }: Use): Need[] =>
  pieces.map(({ copies, at, length, isRelaxed }) => {
    const page = Math.floor(at / PAGE_SIZE)
    const copy = access === PROT_WRITE && (isAtomic || !isRelaxed) ? Copy.writable : Copy.readable
    return { pages: copies, page, count: Math.floor((at + length - 1) / PAGE_SIZE) - page + 1, copy }
  })

/** The pieces, whose pages are here, are about to be used. */
export function noteWriting(pieces: readonly Piece[], { access }: Use): void {
  if (access !== PROT_WRITE) return
  for (const { copies, at, length, isRelaxed } of pieces) {
    if (!isRelaxed) continue
    const page = Math.floor(at / PAGE_SIZE)
    copies.written?.writing(page, Math.floor((at + length - 1) / PAGE_SIZE) - page + 1)
  }
}

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
