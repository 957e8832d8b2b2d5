/** What was written in a page since its twin was made: where, and the new bytes. */
export interface Diff {
  /** Pairs: where a run of bytes begins, and its length. */
  readonly runs: readonly number[]
  readonly bytes: Uint8Array
}

/** Compares a page with its twin; `null`: nothing was written. Bytes that were written with what they held are no change. */
export function diffOf(twin: Uint8Array, page: Uint8Array): Diff | null {
  const runs: number[] = []
  let length = 0
  for (let at = 0; at < page.length; at++) {
    if (page[at] === twin[at]) continue
    const start = at
    while (at < page.length && page[at] !== twin[at]) at++
    runs.push(start, at - start)
    length += at - start
  }
  if (length === 0) return null
  const bytes = new Uint8Array(length)
  let to = 0
  for (let i = 0; i < runs.length; i += 2) {
    const [start = 0, count = 0] = [runs[i], runs[i + 1]]
    bytes.set(page.subarray(start, start + count), to)
    to += count
  }
  return { runs, bytes }
}

/** Writes what a diff says into a page. */
export function applyDiff({ runs, bytes }: Diff, page: Uint8Array): void {
  let from = 0
  for (let i = 0; i < runs.length; i += 2) {
    const [start = 0, count = 0] = [runs[i], runs[i + 1]]
    page.set(bytes.subarray(from, from + count), start)
    from += count
  }
}
