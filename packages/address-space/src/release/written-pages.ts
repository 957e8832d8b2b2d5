import type { ObjectCopies } from '../pages/object-copies.js'
import { Copy } from '../pages/protocol.js'
import { applyDiff, diffOf, type Diff } from './diff.js'

/**
 * What this kernel has written in pages of an object under release consistency and has not released. A page that it may only read is written all the
 * same, beside a twin: its content before. What differs from the twin is what was written here; it survives when the copy becomes void, is put into the
 * next one that comes, and is everyone's once this kernel has had the page to itself.
 */
export class WrittenPages {
  readonly #copies: ObjectCopies
  /** Of pages that can be written here though others may have copies. */
  readonly #twins = new Map<number, Uint8Array>()
  /** Of pages whose copy has become void. */
  readonly #diffs = new Map<number, Diff>()

  constructor(copies: ObjectCopies) {
    this.#copies = copies
  }

  /** Is there nothing to be released? */
  get isEmpty(): boolean {
    if (this.#diffs.size > 0) return false
    for (const [page, twin] of this.#twins) if (!isSame(twin, this.#copies.content(page, 1))) return false
    return true
  }

  /** These pages, which are here, are about to be written. */
  writing(page: number, count: number): void {
    for (let at = page; at < page + count; at++) {
      if (this.#copies.states[at] !== Copy.readable || this.#twins.has(at)) continue
      this.#twins.set(at, this.#copies.content(at, 1).slice())
    }
  }

  /** The copy of a page is about to be void. */
  losing(page: number): void {
    const twin = this.#twins.get(page)
    if (!twin) return
    this.#twins.delete(page)
    const diff = diffOf(twin, this.#copies.content(page, 1))
    if (diff) this.#diffs.set(page, diff)
  }

  /** The page goes to another kernel with all that was written here in it. */
  giving(page: number): void {
    this.#twins.delete(page)
  }

  /** A copy has come. If it is to be written nobody else has one, and what was written here is in it. */
  gained(page: number, copy: number): void {
    if (copy === Copy.writable) this.#twins.delete(page)
    const diff = this.#diffs.get(page)
    if (!diff) return
    const content = this.#copies.content(page, 1)
    if (copy !== Copy.writable) this.#twins.set(page, content.slice())
    this.#diffs.delete(page)
    applyDiff(diff, content)
  }

  /** Their content is lost. */
  forget(): void {
    this.#twins.clear()
    this.#diffs.clear()
  }

  /** The pages in which something was written and not released, in their order. Forgets twins of pages in which nothing was. */
  unreleased(): number[] {
    for (const [page, twin] of this.#twins) {
      if (isSame(twin, this.#copies.content(page, 1))) this.#twins.delete(page)
    }
    return [...this.#twins.keys(), ...this.#diffs.keys()].sort((a, b) => a - b)
  }
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0
