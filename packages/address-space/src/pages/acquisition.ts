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
  const byObject = new Map<ObjectCopies, Need[]>()
  for (const need of needs) {
    const known = byObject.get(need.pages)
    if (known) known.push(need)
    else byObject.set(need.pages, [need])
  }
  return [...byObject].sort(([a], [b]) => a.object - b.object).flatMap(([pages, own]) => runsOf(pages, own))
}

/** From border to border: views are large and few, so nothing is done for each page. */
function runsOf(pages: ObjectCopies, needs: readonly Need[]): Need[] {
  const borders = [...new Set(needs.flatMap(({ page, count }) => [page, page + count]))].sort((a, b) => a - b)
  const runs: { pages: ObjectCopies; page: number; count: number; copy: number }[] = []
  for (let at = 0; at + 1 < borders.length; at++) {
    const [page, end] = [borders[at] ?? 0, borders[at + 1] ?? 0]
    const covering = needs.filter((need) => need.page <= page && need.page + need.count >= end)
    if (covering.length === 0) continue
    const copy = Math.max(...covering.map((need) => need.copy))
    const last = runs.at(-1)
    if (last && last.page + last.count === page && last.copy === copy) last.count += end - page
    else runs.push({ pages, page, count: end - page, copy })
  }
  return runs
}
