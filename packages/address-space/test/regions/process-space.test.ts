import test from 'ava'
import fc from 'fast-check'
import type { Answer } from '../../src/answer.js'
import {
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_PRIVATE,
  MREMAP_FIXED,
  MREMAP_MAYMOVE,
  PAGE_SIZE,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
} from '../../src/constants.js'
import { HEAP_START } from '../../src/regions/free-space.js'
import { mapRegion } from '../../src/regions/mapping.js'
import { ProcessSpace, REGIONS_MAX } from '../../src/regions/process-space.js'
import { ProgramBreak } from '../../src/regions/program-break.js'
import { pageAt, type AddressRange } from '../../src/regions/region.js'
import { remapRange } from '../../src/regions/remapping.js'
import { protectRange, unmapRange } from '../../src/regions/unmapping.js'

const RW = PROT_READ | PROT_WRITE
const ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS

/** A space whose kernels acknowledge at once, or when `acknowledge` is called. */
class World {
  /** Pages `object:page` that a program may have written: mapped once, and not dropped since. */
  readonly written = new Set<string>()
  readonly withdrawn: AddressRange[][] = []
  readonly unused: number[] = []
  readonly space: ProcessSpace
  readonly heap: ProgramBreak
  acknowledge: (() => void)[] | null = null
  #objects = 0

  constructor(memoryBytes = 2 ** 40) {
    this.space = new ProcessSpace({
      withdraw: (ranges, done) => {
        this.withdrawn.push(ranges.map(({ start, end }) => ({ start, end })))
        if (this.acknowledge) this.acknowledge.push(done)
        else done()
      },
      pages: {
        discard: (object, first, count, done) => {
          for (let page = first; page < first + count; page++) this.written.delete(`${object}:${page}`)
          done()
        },
      },
      memoryBytes: () => memoryBytes,
      newObject: () => ++this.#objects,
      unused: (objects, done) => {
        for (const { id } of objects) {
          this.unused.push(id)
          for (const page of this.written) if (page.startsWith(`${id}:`)) this.written.delete(page)
        }
        done()
      },
    })
    this.heap = new ProgramBreak(this.space)
  }

  /** Makes a call that is answered at once. */
  call(run: (done: (answer: Answer) => void) => void): Answer {
    let answered: Answer | null = null
    run((answer) => {
      if (answered) throw new Error('answered twice')
      answered = answer
    })
    if (!answered) throw new Error('not answered')
    return answered
  }

  map(address: number, pages: number, flags = 0, prot = RW): Answer {
    const request = { address, length: pages * PAGE_SIZE, prot, flags: ANONYMOUS | flags }
    return this.call((done) => mapRegion(this.space, request, null, done))
  }

  unmap(start: number, pages: number): Answer {
    return this.call((done) => unmapRange(this.space, start, pages * PAGE_SIZE, done))
  }

  remap(start: number, pages: number, newPages: number, flags: number, target = 0): Answer {
    const request = { start, length: pages * PAGE_SIZE, newLength: newPages * PAGE_SIZE, flags, target }
    return this.call((done) => remapRange(this.space, request, done))
  }

  /** What is mapped at a page: object and page, protection. */
  at(address: number): { page: string; prot: number } | null {
    const region = this.space.map.find(address)
    return region && { page: `${region.object}:${pageAt(region, address)}`, prot: region.prot }
  }

  /** Every mapped page, as a flat array. */
  flat(): Map<number, { page: string; prot: number }> {
    const flat = new Map<number, { page: string; prot: number }>()
    for (const { start, end } of this.space.map.all) {
      for (let at = start; at < end; at += PAGE_SIZE) flat.set(at, this.at(at)!)
    }
    return flat
  }
}

const codeOf = (answer: Answer): string => ('code' in answer ? answer.code : 'fine')
const BASE = 0x10_0000_0000
const page = fc.nat(15)
const count = fc.integer({ min: 1, max: 6 })

const step = fc.oneof(
  fc.record({
    kind: fc.constant('map' as const),
    at: page,
    pages: count,
    how: fc.constantFrom(0, MAP_FIXED, MAP_FIXED_NOREPLACE),
  }),
  fc.record({ kind: fc.constant('unmap' as const), at: page, pages: count }),
  fc.record({
    kind: fc.constant('protect' as const),
    at: page,
    pages: count,
    prot: fc.constantFrom(PROT_NONE, PROT_READ, RW),
  }),
  fc.record({
    kind: fc.constant('remap' as const),
    at: page,
    pages: count,
    newPages: count,
    how: fc.constantFrom(0, MREMAP_MAYMOVE, MREMAP_MAYMOVE | MREMAP_FIXED),
    to: page,
  }),
  fc.record({ kind: fc.constant('break' as const), by: fc.integer({ min: -3, max: 4 }) }),
)

type Flat = Map<number, { page: string; prot: number }>
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Makes the step in the space, and says what a flat array of pages would be after it; `null` stands for a page never written before. */
function make(world: World, before: Flat, each: Step): Map<number, { page: string | null; prot: number }> {
  const after = new Map<number, { page: string | null; prot: number }>(before)
  const pagesFrom = (start: number, pages: number): number[] =>
    Array.from({ length: pages }, (_, i) => start + i * PAGE_SIZE)
  if (each.kind === 'break') {
    const answer = world.call((done) => world.heap.move(each.by * PAGE_SIZE, true, done))
    if ('code' in answer) return after
    const old = answer.value as number
    for (const at of pagesFrom(old, each.by)) after.set(at, { page: null, prot: RW })
    for (const at of pagesFrom(old + each.by * PAGE_SIZE, -each.by)) after.delete(at)
    return after
  }
  const start = BASE + each.at * PAGE_SIZE
  const range = pagesFrom(start, each.pages)
  if (each.kind === 'map') {
    const answer = world.map(each.how === 0 ? 0 : start, each.pages, each.how)
    if ('code' in answer) return after
    if (each.how === MAP_FIXED_NOREPLACE && range.some((at) => before.has(at))) throw new Error('replaced')
    for (const at of pagesFrom(answer.value as number, each.pages)) after.set(at, { page: null, prot: RW })
  } else if (each.kind === 'unmap') {
    world.unmap(start, each.pages)
    for (const at of range) after.delete(at)
  } else if (each.kind === 'protect') {
    const answer = world.call((done) => protectRange(world.space, start, each.pages * PAGE_SIZE, each.prot, done))
    const isWhole = range.every((at) => before.has(at))
    if ('code' in answer === isWhole) throw new Error('refused wrongly')
    if (isWhole) for (const at of range) after.set(at, { page: before.get(at)!.page, prot: each.prot })
  } else {
    const target = BASE + each.to * PAGE_SIZE
    const answer = world.remap(start, each.pages, each.newPages, each.how, target)
    if ('code' in answer) return after
    const moved = range.map((at) => before.get(at)!)
    const to = pagesFrom(answer.value as number, each.newPages)
    for (const at of range) after.delete(at)
    for (const [i, at] of to.entries()) after.set(at, moved[i] ?? { page: null, prot: moved[0].prot })
  }
  return after
}

test('an address space is what a flat array of pages is, and no page is given out with what was written to it before', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const world = new World()
      for (const each of steps) {
        const before = world.flat()
        const expected = make(world, before, each)
        const now = world.flat()
        t.deepEqual([...now.keys()].sort(), [...expected.keys()].sort())
        for (const [at, { page, prot }] of expected) {
          t.is(now.get(at)!.prot, prot)
          if (page === null) t.false(world.written.has(now.get(at)!.page))
          else t.is(now.get(at)!.page, page)
        }
        const pages = [...now.values()].map(({ page }) => page)
        t.is(new Set(pages).size, pages.length) // no page is mapped twice
        for (const one of pages) world.written.add(one)
        const living = new Set(pages.map((one) => one.split(':')[0]))
        t.deepEqual([...world.space.objects.all()].map(({ id }) => String(id)).sort(), [...living].sort())
      }
    }),
    { numRuns: 150 },
  )
})

test('what is taken away is withdrawn, and what is added or allowed is not', (t) => {
  const world = new World()
  world.map(BASE, 8, MAP_FIXED)
  world.call((done) => protectRange(world.space, BASE, PAGE_SIZE, RW | 4, done))
  world.call((done) => world.heap.move(PAGE_SIZE, true, done))
  world.remap(BASE + PAGE_SIZE, 7, 9, 0)
  t.deepEqual(world.withdrawn.flat(), [])
  world.call((done) => protectRange(world.space, BASE + 2 * PAGE_SIZE, 2 * PAGE_SIZE, PROT_READ, done))
  world.unmap(BASE + 5 * PAGE_SIZE, 1)
  const at = (from: number, to: number): AddressRange => ({
    start: BASE + from * PAGE_SIZE,
    end: BASE + to * PAGE_SIZE,
  })
  t.deepEqual(world.withdrawn.flat(), [at(2, 4), at(5, 6)])
})

test('until every kernel has acknowledged, addresses that were unmapped are given to nobody', (t) => {
  const world = new World()
  world.map(BASE, 4, MAP_FIXED)
  world.acknowledge = []
  const ends: string[] = []
  unmapRange(world.space, BASE, 4 * PAGE_SIZE, () => ends.push('munmap'))
  t.is(codeOf(world.map(BASE, 1, MAP_FIXED_NOREPLACE)), 'EEXIST')
  const hinted = world.map(BASE, 1)
  t.true('value' in hinted && hinted.value !== BASE)
  const over = { address: BASE, length: PAGE_SIZE, prot: RW, flags: ANONYMOUS | MAP_FIXED }
  mapRegion(world.space, over, null, () => ends.push('mmap'))
  let found: unknown = 'nothing yet'
  world.space.lookUp(BASE, (region) => (found = region))
  t.deepEqual([ends, found, world.unused], [[], 'nothing yet', []])
  world.acknowledge.shift()?.()
  t.deepEqual([ends, found, world.unused], [['munmap'], null, [1]])
  world.acknowledge.shift()?.()
  t.deepEqual(ends, ['munmap', 'mmap'])
  t.true(world.space.map.find(BASE) !== null)
})

test('a process that ends while memory is taken away leaves every object once', (t) => {
  const world = new World()
  world.map(BASE, 4, MAP_FIXED)
  world.map(BASE + 8 * PAGE_SIZE, 4, MAP_FIXED)
  const acknowledge: (() => void)[] = (world.acknowledge = [])
  unmapRange(world.space, BASE, 4 * PAGE_SIZE, () => undefined)
  world.space.end(() => undefined)
  acknowledge[0]?.()
  t.deepEqual(world.unused.sort(), [1, 2])
})

test('who asks for what is being replaced or moved gets what comes, never nothing', (t) => {
  const world = new World()
  world.map(BASE, 2, MAP_FIXED)
  world.acknowledge = []
  const over = { address: BASE, length: PAGE_SIZE, prot: PROT_READ, flags: ANONYMOUS | MAP_FIXED }
  mapRegion(world.space, over, null, () => undefined)
  let prot: number | undefined
  world.space.lookUp(BASE, (region) => (prot = region?.prot))
  t.is(prot, undefined)
  world.acknowledge.shift()?.()
  t.is(prot, PROT_READ)
})

test('many changes that wait for one another are made in order, without a stack that grows with them', (t) => {
  const world = new World()
  world.map(BASE, 1, MAP_FIXED)
  const acknowledge: (() => void)[] = (world.acknowledge = [])
  const ends: number[] = []
  for (let i = 0; i < 50_000; i++) unmapRange(world.space, BASE, PAGE_SIZE, () => ends.push(i))
  world.acknowledge = null
  acknowledge[0]?.()
  t.is(ends.length, 50_000)
  t.true(ends.every((end, i) => end === i))
})

test('memory that grows where its object ends stays one region; elsewhere another object goes on', (t) => {
  const world = new World()
  world.map(BASE, 4, MAP_FIXED)
  world.remap(BASE, 4, 8, 0)
  t.is(world.space.map.size, 1)
  world.remap(BASE, 8, 2, 0)
  world.remap(BASE, 2, 6, 0)
  t.is(world.space.map.size, 1) // its tail was dropped: the object ends at the second page
  world.call((done) => protectRange(world.space, BASE + 2 * PAGE_SIZE, 2 * PAGE_SIZE, PROT_READ, done))
  world.remap(BASE, 2, 3, MREMAP_MAYMOVE)
  t.is(new Set(world.space.map.all.map(({ object }) => object)).size, 2)
})

test('what would exceed a limit is refused, and names it', (t) => {
  const world = new World(8 * PAGE_SIZE)
  const explain = (answer: Answer): string => ('code' in answer ? `${answer.code} ${answer.explanation}` : 'fine')
  t.regex(explain(world.map(0, 9)), /^ENOMEM .*MAP_NORESERVE/)
  world.space.limits = { soft: 4 * PAGE_SIZE, hard: Infinity }
  world.map(BASE, 3, MAP_FIXED)
  t.regex(explain(world.map(0, 2)), /^ENOMEM .*RLIMIT_AS is 16384/)
  t.is(codeOf(world.map(BASE, 4, MAP_FIXED)), 'fine') // three of the four are mapped already
  t.is(codeOf(world.remap(BASE, 4, 5, MREMAP_MAYMOVE)), 'ENOMEM')
  t.is(codeOf(world.call((done) => world.heap.move(HEAP_START + 1, false, done))), 'ENOMEM')
  t.is(codeOf(world.remap(BASE, 4, 4, MREMAP_MAYMOVE | MREMAP_FIXED, BASE + 64 * PAGE_SIZE)), 'fine')
})

test('a process can have so many regions, and no more by cutting one up', (t) => {
  const world = new World()
  world.map(BASE, 2 * REGIONS_MAX, MAP_FIXED)
  let refused = 'fine'
  for (let i = 1; refused === 'fine'; i += 2) refused = codeOf(world.unmap(BASE + i * PAGE_SIZE, 1))
  t.is(refused, 'ENOMEM')
  t.true(world.space.map.size >= REGIONS_MAX - 1)
  t.is(codeOf(world.unmap(BASE, 2 * REGIONS_MAX)), 'fine')
})
