import { PAGE_SIZE } from '../constants.js'

/** Every block is aligned to this, in bytes, and its size is a multiple of it. */
export const QUANTUM = 16

/** Larger blocks, in bytes, are mapped by themselves. */
export const SMALL_MAX = 32 * 1024

/** A span may leave this part of itself unused at its end. */
const WASTE_MAX = 1 / 8

/** Blocks of one size are cut from spans of this many pages. */
export interface SizeClass {
  /** Of a block, in bytes. */
  readonly size: number
  /** Of a span. */
  readonly pages: number
  /** Blocks in a span. */
  readonly capacity: number
}

/** All sizes of small blocks, ascending: multiples of 16 up to 128, then four per doubling: the next is larger by a quarter at most. */
export const SIZE_CLASSES: readonly SizeClass[] = sizes().map((size) => {
  const pages = spanPages(size)
  return { size, pages, capacity: Math.floor((pages * PAGE_SIZE) / size) }
})

function sizes(): number[] {
  const all: number[] = []
  for (let size = QUANTUM; size <= SMALL_MAX; size += Math.max(QUANTUM, 2 ** Math.floor(Math.log2(size)) / 4))
    all.push(size)
  return all
}

function spanPages(size: number): number {
  let pages = Math.ceil(size / PAGE_SIZE)
  while ((pages * PAGE_SIZE) % size > pages * PAGE_SIZE * WASTE_MAX) pages++
  return pages
}

/** For each number of quanta the index of the smallest class that has them. */
const CLASS_OF = Uint8Array.from({ length: SMALL_MAX / QUANTUM + 1 }, (_, quanta) =>
  SIZE_CLASSES.findIndex(({ size }) => size >= quanta * QUANTUM),
)

/** The index of the class that blocks of `size` bytes are taken from; −1: they are mapped by themselves. */
export const classOf = (size: number): number => (size <= SMALL_MAX ? CLASS_OF[Math.ceil(size / QUANTUM)] : -1)

/** The same for blocks whose address is a multiple of `alignment`, a power of two. */
export function alignedClassOf(size: number, alignment: number): number {
  if (alignment <= QUANTUM) return classOf(size)
  if (alignment > PAGE_SIZE || size > SMALL_MAX) return -1
  // Spans begin on a page. The next power of two is among the classes, so the search ends.
  return SIZE_CLASSES.findIndex((each) => each.size >= size && each.size % alignment === 0)
}
