import { PAGE_SIZE } from '../constants.js'
import type { AddressRange } from './region.js'

/** Where nothing is mapped: the page at 0, so that a null pointer never leads to memory. */
export const LOWEST_ADDRESS = PAGE_SIZE
/** Addresses have 48 bits. */
export const ADDRESS_LIMIT = 2 ** 48
/** The system's own choices lie below this address, and above the heap. */
export const CHOSEN_BELOW = 0x7000_0000_0000
/** Where the heap of `brk` begins. */
export const HEAP_START = 0x5000_0000_0000
/** How far it can grow. */
export const HEAP_LIMIT = HEAP_START + 2 ** 30

/** Between regions that the system places: what runs over the end of one meets no other. */
const GUARD = PAGE_SIZE

/**
 * Chooses a place for `bytes`, a number of whole pages, beside what is taken (disjoint ranges, in order): the highest gap below
 * {@link CHOSEN_BELOW} that holds it with a guard page on either side; if there is none, the highest elsewhere. `null`: there is no such gap.
 */
export function choosePlace(taken: readonly AddressRange[], bytes: number): number | null {
  return (
    highestGap(taken, bytes, { start: HEAP_LIMIT, end: CHOSEN_BELOW }) ??
    highestGap(taken, bytes, { start: CHOSEN_BELOW, end: ADDRESS_LIMIT }) ??
    highestGap(taken, bytes, { start: LOWEST_ADDRESS, end: HEAP_START })
  )
}

function highestGap(taken: readonly AddressRange[], bytes: number, within: AddressRange): number | null {
  let top = within.end
  for (let i = taken.length - 1; i >= 0; i--) {
    const { start, end } = taken[i]
    if (top - Math.max(end, within.start) >= bytes + 2 * GUARD) break
    top = Math.min(top, start)
  }
  const start = top - GUARD - bytes
  return start - GUARD >= within.start ? start : null
}
