import { PAGE_SIZE } from '../constants.js'
import { Arena } from './arena.js'
import { SIZE_CLASSES } from './size-classes.js'
import type { Span } from './span.js'

/** What a process has allocated from the arenas of one kernel. */
export class LocalHeap {
  /** Does the block that was allocated last hold zeroes, because nothing was ever kept there? */
  isZero = false
  readonly #arenas = new Set<Arena>()
  /** An arena without blocks, kept so that a program that allocates and frees does not map and unmap. */
  #spare: Arena | null = null
  /** By size class, spans with free blocks: the last one is taken from. */
  readonly #withRoom: readonly Span[][] = SIZE_CLASSES.map(() => [])
  /** By page number. */
  readonly #spans = new Map<number, Span>()
  readonly #onEmpty: (start: number) => void

  /** `onEmpty`: an arena is not needed any more. */
  constructor(onEmpty: (start: number) => void) {
    this.#onEmpty = onEmpty
  }

  /** How many arenas it has. */
  get arenas(): number {
    return this.#arenas.size
  }

  /** How many blocks are allocated. */
  get blocks(): number {
    let sum = 0
    for (const { blocks } of this.#arenas) sum += blocks
    return sum
  }

  /** Allocates from this memory from now on: `ARENA_BYTES` zeroes, page aligned. */
  addArena(start: number): void {
    const arena = new Arena(start)
    this.#arenas.add(arena)
    this.#noteEmpty(arena)
  }

  /** The address of a new block of this class; `null`: there is no room without another arena. */
  allocate(classIndex: number): number | null {
    const withRoom = this.#withRoom[classIndex] // an index of the table
    const span = withRoom.at(-1) ?? this.#addSpan(classIndex) ?? (this.#dropEmpty() ? this.#addSpan(classIndex) : null)
    if (!span) return null
    this.isZero = span.isNextZero
    const address = span.take()
    if (span.isFull) this.#unlist(span)
    if (span.arena.blocks++ === 0 && this.#spare === span.arena) this.#spare = null
    return address
  }

  /** Is the address in an arena of this heap, as far as blocks have been cut from it? */
  covers(address: number): boolean {
    return this.#spans.has(Math.floor(address / PAGE_SIZE))
  }

  /** Frees the block at this address; returns whether there is one. */
  free(address: number): boolean {
    const span = this.#spans.get(Math.floor(address / PAGE_SIZE))
    const index = span ? span.indexOf(address) : -1
    if (!span || index < 0) return false
    span.give(index)
    if (span.position < 0) this.#list(span)
    if (span.isEmpty) this.#retire(span)
    if (--span.arena.blocks === 0) this.#noteEmpty(span.arena)
    return true
  }

  /** Bytes of the block at this address; `null`: there is none. */
  sizeOf(address: number): number | null {
    const span = this.#spans.get(Math.floor(address / PAGE_SIZE))
    return span && span.indexOf(address) >= 0 ? span.size : null
  }

  #addSpan(classIndex: number): Span | null {
    for (const arena of this.#arenas) {
      const span = arena.addSpan(classIndex)
      if (!span) continue
      for (let at = span.start; at < span.end; at += PAGE_SIZE) this.#spans.set(at / PAGE_SIZE, span)
      this.#list(span)
      return span
    }
    return null
  }

  #list(span: Span): void {
    const withRoom = this.#withRoom[span.classIndex] // an index of the table
    span.position = withRoom.push(span) - 1
  }

  #unlist(span: Span): void {
    const withRoom = this.#withRoom[span.classIndex] // an index of the table
    const last = withRoom.pop()
    if (last && last !== span) {
      withRoom[span.position] = last
      last.position = span.position
    }
    span.position = -1
  }

  /** Lets other classes have the pages of an empty span, unless it is the only one of its class with room. */
  #retire(span: Span): void {
    if (this.#withRoom[span.classIndex].length > 1) this.#drop(span)
  }

  /** Lets other classes have the pages of all empty spans; returns whether there were some. */
  #dropEmpty(): boolean {
    const empty = this.#withRoom.flatMap((spans) => spans.filter((span) => span.isEmpty))
    for (const span of empty) this.#drop(span)
    return empty.length > 0
  }

  #drop(span: Span): void {
    this.#unlist(span)
    for (let at = span.start; at < span.end; at += PAGE_SIZE) this.#spans.delete(at / PAGE_SIZE)
    span.arena.removeSpan(span)
  }

  /** An arena has no blocks: it is kept if it is the only such one. */
  #noteEmpty(arena: Arena): void {
    if (this.#spare === null) {
      this.#spare = arena
      return
    }
    for (const span of arena.spans) this.#drop(span)
    this.#arenas.delete(arena)
    this.#onEmpty(arena.start)
  }
}
