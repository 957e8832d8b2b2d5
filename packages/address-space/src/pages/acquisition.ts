import type { ObjectCopies } from './object-copies.js'

/** Pages that somebody needs all at once. */
export interface Need {
  readonly pages: ObjectCopies
  readonly page: number
  readonly count: number
  /** A `Copy`. */
  readonly copy: number
}

/** What becomes of an acquisition. */
export interface AcquisitionEnd {
  /** All pages are here, and held until `release`. */
  acquired(): void
  /** This page can't come: its content was lost. */
  lost(need: Need, page: number): void
}

/**
 * Gets pages and holds them: in one order, that of (object, page), for everybody, so that those who hold some and wait for others never wait in a
 * circle. What comes out of order is not held: it can be taken again meanwhile.
 */
export class Acquisition {
  readonly needs: readonly Need[]
  readonly end: AcquisitionEnd
  /** Which of the needs comes next, and how many of its pages are held. */
  at = 0
  held = 0
  isOver = false

  constructor(needs: readonly Need[], end: AcquisitionEnd) {
    this.needs = needs
    this.end = end
  }
}

/** In the order in which they are acquired; what overlaps is one need, of the stronger kind. */
export function inOrder(needs: readonly Need[]): readonly Need[] {
  if (needs.length < 2) return needs
  const byPage = new Map<ObjectCopies, Map<number, number>>()
  for (const { pages, page, count, copy } of needs) {
    let copies = byPage.get(pages)
    if (!copies) byPage.set(pages, (copies = new Map<number, number>()))
    for (let at = page; at < page + count; at++) copies.set(at, Math.max(copy, copies.get(at) ?? 0))
  }
  return [...byPage].sort(([a], [b]) => a.object - b.object).flatMap(([pages, copies]) => runsOf(pages, copies))
}

function runsOf(pages: ObjectCopies, copies: ReadonlyMap<number, number>): Need[] {
  const runs: { pages: ObjectCopies; page: number; count: number; copy: number }[] = []
  for (const [page, copy] of [...copies].sort(([a], [b]) => a - b)) {
    const last = runs.at(-1)
    if (last && last.page + last.count === page && last.copy === copy) last.count++
    else runs.push({ pages, page, count: 1, copy })
  }
  return runs
}
