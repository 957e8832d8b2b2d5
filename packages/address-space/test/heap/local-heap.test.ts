import test from 'ava'
import fc from 'fast-check'
import { ARENA_BYTES } from '../../src/heap/arena.js'
import { LocalHeap } from '../../src/heap/local-heap.js'
import { alignedClassOf, classOf, QUANTUM, SIZE_CLASSES, SMALL_MAX } from '../../src/heap/size-classes.js'
import { PAGE_SIZE } from '../../src/constants.js'

const sizeOfClass = (index: number): number => SIZE_CLASSES[index].size

test('size classes reach from 16 bytes to 32 KiB, each at most a quarter larger than the one before, beyond the multiples of 16', (t) => {
  const sizes = SIZE_CLASSES.map(({ size }) => size)
  t.is(sizes[0], 16)
  t.is(sizes.at(-1), 32 * 1024)
  for (const [i, size] of sizes.entries()) {
    t.is(size % QUANTUM, 0)
    const before = sizes[i - 1] ?? 0
    t.true(size - before === QUANTUM || size <= before * 1.25, String(size))
  }
})

test('a block is taken from the smallest class that it fits', (t) => {
  for (let size = 0; size <= SMALL_MAX; size++) {
    const index = classOf(size)
    if (sizeOfClass(index) < size || (index > 0 && sizeOfClass(index - 1) >= size)) t.fail(`${size}: class ${index}`)
  }
  t.is(classOf(SMALL_MAX + 1), -1)
})

test('an aligned block is taken from a class of which every block is so aligned', (t) => {
  for (let alignment = 1; alignment <= PAGE_SIZE; alignment *= 2) {
    for (const size of [0, 1, 24, 100, 4096, 5000, 20_000, SMALL_MAX]) {
      const chosen = sizeOfClass(alignedClassOf(size, alignment))
      t.true(chosen >= size && chosen % alignment === 0, `${size} at ${alignment}`)
    }
  }
  t.is(alignedClassOf(16, 2 * PAGE_SIZE), -1)
  t.is(alignedClassOf(SMALL_MAX + 1, 64), -1)
})

/** A heap that gets an arena whenever it needs one, at addresses that nothing can be taken for granted of. */
class GrowingHeap {
  readonly mapped = new Set<number>()
  readonly heap = new LocalHeap((start) => {
    if (!this.mapped.delete(start)) throw new Error(`${start} was given back, but is not mapped`)
  })
  #next = 0x7000_0000_1000

  allocate(classIndex: number): number {
    for (;;) {
      const address = this.heap.allocate(classIndex)
      if (address !== null) return address
      this.mapped.add(this.#next)
      this.heap.addArena(this.#next)
      this.#next += ARENA_BYTES + 3 * PAGE_SIZE
    }
  }

  contains(address: number, size: number): boolean {
    return [...this.mapped].some((start) => start <= address && address + size <= start + ARENA_BYTES)
  }
}

/** Ranges of memory, by their beginning: a model so simple that it is right. */
class Extents extends Map<number, number> {
  overlap(address: number, size: number): boolean {
    return [...this].some(([start, length]) => start < address + size && address < start + length)
  }
}

test('blocks are disjoint, aligned, in mapped arenas, and zero if they say so; when all are freed one arena is kept', (t) => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ size: fc.oneof(fc.nat(300), fc.nat(SMALL_MAX)), log: fc.nat(12) }) },
    { weight: 2, arbitrary: fc.record({ free: fc.nat() }) },
  )
  const run = (steps: readonly ({ size: number; log: number } | { free: number })[]): void => {
    const growing = new GrowingHeap()
    const { heap } = growing
    const blocks = new Extents()
    const everUsed = new Extents()
    const free = (address: number): void => {
      if (!heap.free(address)) throw new Error(`${address} can't be freed`)
      blocks.delete(address)
      if (heap.free(address)) throw new Error(`${address} was freed twice`)
    }
    for (const each of steps) {
      if ('free' in each) {
        const addresses = [...blocks.keys()]
        if (addresses.length > 0) free(addresses[each.free % addresses.length])
        continue
      }
      const classIndex = alignedClassOf(each.size, 2 ** each.log)
      const address = growing.allocate(classIndex)
      const size = heap.sizeOf(address) ?? -1
      if (size < each.size || address % Math.max(16, 2 ** each.log) !== 0) throw new Error(`${address}: ${size}`)
      if (blocks.overlap(address, size)) throw new Error(`${address} overlaps another block`)
      if (!growing.contains(address, size)) throw new Error(`${address} is outside of all arenas`)
      if (heap.isZero && everUsed.overlap(address, size)) throw new Error(`${address} was used before`)
      if (heap.sizeOf(address + 8) !== null || heap.free(address + 1)) throw new Error('a block begins in another')
      everUsed.set(address, Math.max(size, everUsed.get(address) ?? 0))
      blocks.set(address, size)
    }
    for (const address of [...blocks.keys()]) free(address)
    if (growing.mapped.size > 1 || heap.arenas !== growing.mapped.size) throw new Error('arenas were not given back')
  }
  fc.assert(fc.property(fc.array(step, { maxLength: 400, size: 'max' }), run), { numRuns: 60 })
  t.pass()
})

test('an arena whose blocks are all freed is given back, unless it is the only one', (t) => {
  const growing = new GrowingHeap()
  const largest = classOf(SMALL_MAX)
  const perArena = ARENA_BYTES / SMALL_MAX
  const blocks = Array.from({ length: 3 * perArena }, () => growing.allocate(largest))
  t.is(growing.mapped.size, 3)
  for (const address of blocks.splice(0, perArena)) growing.heap.free(address)
  t.is(growing.mapped.size, 3, 'the first is kept')
  for (const address of blocks.splice(0, perArena)) growing.heap.free(address)
  t.is(growing.mapped.size, 2)
  for (const address of blocks) growing.heap.free(address)
  t.is(growing.mapped.size, 1)
  growing.allocate(largest)
  t.is(growing.mapped.size, 1)
})

test('the pages of freed blocks serve blocks of other sizes', (t) => {
  const growing = new GrowingHeap()
  for (const { size } of SIZE_CLASSES) {
    const count = Math.floor(ARENA_BYTES / 2 / size)
    const blocks = Array.from({ length: count }, () => growing.allocate(classOf(size)))
    for (const address of blocks) growing.heap.free(address)
  }
  t.is(growing.mapped.size, 1)
})

test('an address that no block begins at is not freed', (t) => {
  const { heap } = new GrowingHeap()
  heap.addArena(0x10000)
  const address = heap.allocate(classOf(100)) ?? 0
  for (const wrong of [0, -16, 0.5, address + 1, address + 112, address + 4096, address - 4096, NaN, 2 ** 60]) {
    t.false(heap.free(wrong), String(wrong))
    t.is(heap.sizeOf(wrong), null)
  }
  t.true(heap.covers(address + 5))
  t.is(heap.sizeOf(address), 112)
  t.true(heap.free(address))
})
