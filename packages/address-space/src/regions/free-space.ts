import { PAGE_SIZE } from '../constants.js'
import type { RegionMap } from './region-map.js'
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
 *
 * @param top Between here and {@link CHOSEN_BELOW} no gap holds so much.
 * @param below How many of `taken` begin below `top`, at least.
 */
export function choosePlace(
  taken: readonly AddressRange[],
  bytes: number,
  top = CHOSEN_BELOW,
  below = taken.length,
): number | null {
  return (
    highestGap(taken, bytes, { start: HEAP_LIMIT, end: top }, below) ??
    highestGap(taken, bytes, { start: CHOSEN_BELOW, end: ADDRESS_LIMIT }) ??
    highestGap(taken, bytes, { start: LOWEST_ADDRESS, end: HEAP_START })
  )
}

function highestGap(
  taken: readonly AddressRange[],
  bytes: number,
  within: AddressRange,
  below = taken.length,
): number | null {
  let top = within.end
  for (let i = below - 1; i >= 0; i--) {
    const { start, end } = taken[i]
    if (top - Math.max(end, within.start) >= bytes + 2 * GUARD) break
    top = Math.min(top, start)
  }
  const start = top - GUARD - bytes
  return start - GUARD >= within.start ? start : null
}

/** Sizes that are remembered. */
const SIZES_MAX = 64

/** Chooses places in a map. A size that is asked for again is searched for where the last search ended: a map of many regions has as many gaps. */
export class FreeSpace {
  readonly #map: RegionMap
  /** By size: from this address up no gap below {@link CHOSEN_BELOW} holds so much. */
  readonly #tops = new Map<number, number>()

  constructor(map: RegionMap) {
    this.#map = map
    map.removed = (gapEnd) => {
      for (const [bytes, top] of this.#tops) if (top < gapEnd) this.#tops.set(bytes, Math.min(gapEnd, CHOSEN_BELOW))
    }
  }

  /** See {@link choosePlace}; ranges that are reserved are free in the map, but not to be chosen. */
  choose(bytes: number, reserved: readonly AddressRange[]): number | null {
    const { all } = this.#map
    if (reserved.length > 0)
      return choosePlace(
        [...all, ...reserved].sort((a, b) => a.start - b.start),
        bytes,
      )
    const top = this.#tops.get(bytes) ?? CHOSEN_BELOW
    const place = choosePlace(all, bytes, top, this.#map.countBelow(top))
    if (place !== null && place < CHOSEN_BELOW && place > HEAP_LIMIT) this.#remember(bytes, place + bytes + GUARD)
    return place
  }

  #remember(bytes: number, top: number): void {
    if (this.#tops.size === SIZES_MAX) this.#tops.clear()
    this.#tops.set(bytes, top)
  }
}
