/** Bytes `start` … `end` − 1. */
export interface WrittenRange {
  readonly start: number
  end: number
}

/** Which bytes of a structure have been written, in ascending order: what of it is stored. */
export class WrittenRanges {
  readonly ranges: WrittenRange[] = []

  /** Bytes that were written, behind all others. */
  add(start: number, end: number): void {
    const last = this.ranges.at(-1)
    if (last?.end === start) last.end = end
    else this.ranges.push({ start, end })
  }

  /** Padding, which may be written with what is in front of it, so that fields on both sides are stored at once. */
  pad(start: number, end: number): void {
    const last = this.ranges.at(-1)
    if (last?.end === start) last.end = end
  }
}
