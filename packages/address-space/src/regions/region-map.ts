import { clip, continues, overlaps, type AddressRange, type Region } from './region.js'

/** Disjoint regions, ordered by address. Those that continue each other, mapped alike, are one. */
export class RegionMap {
  /** Is called when something was unmapped, with the end of the gap that it left. */
  removed: (gapEnd: number) => void = () => undefined
  readonly #regions: Region[] = []
  #bytes = 0

  /** How many there are. */
  get size(): number {
    return this.#regions.length
  }

  /** How much they map. */
  get bytes(): number {
    return this.#bytes
  }

  /** All of them, in order; changes with the map. */
  get all(): readonly Region[] {
    return this.#regions
  }

  /** The region that contains this address. */
  find(address: number): Region | null {
    const region = this.#regions[this.#firstEndingAfter(address)]
    return region !== undefined && region.start <= address ? region : null
  }

  /** Whole regions that overlap the range, in order. */
  overlapping(range: AddressRange): Region[] {
    const first = this.#firstEndingAfter(range.start)
    let last = first
    for (let region = this.#regions[last]; region && region.start < range.end; region = this.#regions[last]) last++
    return this.#regions.slice(first, last)
  }

  /** The parts of regions that lie in the range, in order. */
  within(range: AddressRange): Region[] {
    return this.overlapping(range).map((region) => clip(region, range))
  }

  /** Is nothing mapped there? */
  isFree(range: AddressRange): boolean {
    const next = this.#regions[this.#firstEndingAfter(range.start)]
    return next === undefined || !overlaps(next, range)
  }

  /** The first address of the range that is not mapped; `null`: all of it is. */
  firstHole({ start, end }: AddressRange): number | null {
    let at = start
    for (const region of this.overlapping({ start, end })) {
      if (region.start > at) return at
      at = region.end
    }
    return at < end ? at : null
  }

  /** Maps a region in place of what it overlaps. */
  insert(region: Region): void {
    this.replace(region, [region])
  }

  /** Unmaps the range, which may have holes. Returns the parts that were mapped. */
  remove(range: AddressRange): Region[] {
    const removed = this.replace(range, [])
    if (removed.length > 0) this.removed(this.#regions[this.#firstEndingAfter(range.end)]?.start ?? Infinity)
    return removed
  }

  /** Changes the parts of regions that lie in the range: what they map is to stay, how is `change`'s choice. */
  change(range: AddressRange, change: (part: Region) => Region): void {
    this.replace(range, this.within(range).map(change))
  }

  /** Puts `parts`, which lie in the range in order, in place of what it maps. Returns what it mapped. */
  replace(range: AddressRange, parts: readonly Region[]): Region[] {
    const whole = this.overlapping(range)
    const removed = whole.map((region) => clip(region, range))
    const [first] = whole
    const last = whole.at(-1)
    const kept: Region[] = [...parts]
    if (first && first.start < range.start) kept.unshift(clip(first, { start: first.start, end: range.start }))
    if (last && last.end > range.end) kept.push(clip(last, { start: range.end, end: last.end }))
    this.#splice(this.#firstEndingAfter(range.start), whole.length, kept)
    for (const part of parts) this.#bytes += part.end - part.start
    for (const part of removed) this.#bytes -= part.end - part.start
    return removed
  }

  /** Puts `regions` in place of `count` others from `index` on, and joins what continues each other. */
  #splice(index: number, count: number, regions: Region[]): void {
    const before = this.#regions[index - 1]
    const after = this.#regions[index + count]
    const joined: Region[] = before ? [before] : []
    for (const region of after ? [...regions, after] : regions) {
      const previous = joined.at(-1)
      if (previous && continues(previous, region)) joined[joined.length - 1] = { ...previous, end: region.end }
      else joined.push(region)
    }
    this.#regions.splice(index - (before ? 1 : 0), count + (before ? 1 : 0) + (after ? 1 : 0), ...joined)
  }

  /** How many regions begin below this address. */
  countBelow(address: number): number {
    const index = this.#firstEndingAfter(address)
    const region = this.#regions[index]
    return region !== undefined && region.start < address ? index + 1 : index
  }

  #firstEndingAfter(address: number): number {
    let low = 0
    let high = this.#regions.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const region = this.#regions[middle]
      if (region && region.end <= address) low = middle + 1
      else high = middle
    }
    return low
  }
}
