import { PAGE_SIZE } from '../constants.js'
import { SIZE_CLASSES } from './size-classes.js'
import { Span } from './span.js'

/** Bytes that a kernel asks for when its arenas are full. */
export const ARENA_BYTES = 1024 * 1024

/** A range of memory from which one kernel allocates. What is known of it is kept here and never in it: no store of the program can harm it. */
export class Arena {
  readonly start: number
  readonly spans = new Set<Span>()
  /** Allocated blocks. */
  blocks = 0
  /** One byte per page: is it part of a span? */
  readonly #isUsed = new Uint8Array(ARENA_BYTES / PAGE_SIZE)
  /** Pages in front of this one have been part of a span, the others never. */
  #touched = 0

  constructor(start: number) {
    this.start = start
  }

  /** A new span in the first place where there is room; `null`: there is none. */
  addSpan(classIndex: number): Span | null {
    const sizeClass = SIZE_CLASSES[classIndex] // an index of the table
    const first = this.#findRun(sizeClass.pages)
    if (first < 0) return null
    const end = first + sizeClass.pages
    const span = new Span(this, classIndex, sizeClass, this.start + first * PAGE_SIZE, first >= this.#touched)
    this.#isUsed.fill(1, first, end)
    this.#touched = Math.max(this.#touched, end)
    this.spans.add(span)
    return span
  }

  /** Takes the pages of a span back. */
  removeSpan(span: Span): void {
    const first = (span.start - this.start) / PAGE_SIZE
    this.#isUsed.fill(0, first, first + span.pages)
    this.spans.delete(span)
  }

  /** The first of so many neighbouring pages that no span has; −1: there are not so many. */
  #findRun(pages: number): number {
    for (let first = this.#isUsed.indexOf(0); first >= 0;) {
      const next = this.#isUsed.indexOf(1, first)
      const end = next < 0 ? this.#isUsed.length : next
      if (end - first >= pages) return first
      first = this.#isUsed.indexOf(0, end)
    }
    return -1
  }
}
