import type { AddressRange } from '../regions/region.js'

/** Disjoint ranges of addresses, in order. */
export class RangeTable<Range extends AddressRange> {
  readonly #ranges: Range[] = []

  get size(): number {
    return this.#ranges.length
  }

  /** The range that the address is in. */
  find(address: number): Range | undefined {
    const range = this.#ranges[this.#above(address) - 1]
    return range !== undefined && address < range.end ? range : undefined
  }

  /** Enters a range, in place of those that it overlaps. */
  put(range: Range): void {
    const from = this.#above(range.start)
    const first = from > 0 && this.#ranges[from - 1].end > range.start ? from - 1 : from
    let end = first
    while (end < this.#ranges.length && this.#ranges[end].start < range.end) end++
    this.#ranges.splice(first, end - first, range)
  }

  /** Takes out the range that the address is in. */
  remove(address: number): void {
    const range = this.find(address)
    if (range) this.#ranges.splice(this.#above(address) - 1, 1)
  }

  /** The index of the first range that begins behind the address. */
  #above(address: number): number {
    let low = 0
    let high = this.#ranges.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#ranges[middle].start <= address) low = middle + 1
      else high = middle
    }
    return low
  }
}
