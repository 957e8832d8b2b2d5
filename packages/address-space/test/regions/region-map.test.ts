import test from 'ava'
import fc from 'fast-check'
import { PAGE_SIZE, PROT_READ, PROT_WRITE } from '../../src/constants.js'
import { choosePlace, CHOSEN_BELOW, FreeSpace } from '../../src/regions/free-space.js'
import { RegionMap } from '../../src/regions/region-map.js'
import { pageAt, type Region } from '../../src/regions/region.js'

/** Pages of the small space that the flat model covers. */
const PAGES = 24

const region = (page: number, pages: number, fields: Partial<Region> = {}): Region => ({
  start: page * PAGE_SIZE,
  end: (page + pages) * PAGE_SIZE,
  prot: PROT_READ,
  flags: 0,
  object: 1,
  offset: 0,
  pages: 1024,
  source: 0,
  ...fields,
})

const range = (page: number, pages: number) => ({ start: page * PAGE_SIZE, end: (page + pages) * PAGE_SIZE })

/** What a page maps: as a string, so that models compare. */
const cell = ({ object, prot }: Region, page: number): string => `${object}:${page}:${prot}`

/** The map as a flat array of pages. */
function flatten(map: RegionMap): (string | null)[] {
  return Array.from({ length: PAGES }, (_, page) => {
    const found = map.find(page * PAGE_SIZE)
    return found && cell(found, pageAt(found, page * PAGE_SIZE))
  })
}

/** Are the regions in order, disjoint, and none the continuation of the one before? */
function isTidy(map: RegionMap): boolean {
  return map.all.every((each, i) => {
    const next = map.all[i + 1]
    if (each.end <= each.start) return false
    if (!next || each.end < next.start) return true
    const goesOn = next.object === each.object && next.offset === each.offset + each.end - each.start
    return each.end === next.start && !(goesOn && next.prot === each.prot)
  })
}

const span = fc
  .integer({ min: 0, max: PAGES - 1 })
  .chain((page) => fc.record({ page: fc.constant(page), pages: fc.integer({ min: 1, max: PAGES - page }) }))

const step = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), span, object: fc.integer({ min: 1, max: 3 }), offset: fc.nat(4) }),
  fc.record({ kind: fc.constant('remove' as const), span }),
  fc.record({ kind: fc.constant('protect' as const), span, prot: fc.constantFrom(0, PROT_READ, PROT_WRITE) }),
)

test('a map of regions is what a flat array of pages is, whatever is mapped, unmapped and protected in it', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const map = new RegionMap()
      const flat = new Array<string | null>(PAGES).fill(null)
      for (const each of steps) {
        const { page, pages } = each.span
        if (each.kind === 'insert') {
          map.insert(region(page, pages, { object: each.object, offset: each.offset * PAGE_SIZE }))
          for (let i = 0; i < pages; i++) flat[page + i] = `${each.object}:${each.offset + i}:${PROT_READ}`
        } else if (each.kind === 'remove') {
          const removed = map.remove(range(page, pages))
          const before = flat.slice(page, page + pages).filter((one) => one !== null).length
          t.is(
            removed.reduce((sum, { start, end }) => sum + (end - start) / PAGE_SIZE, 0),
            before,
          )
          flat.fill(null, page, page + pages)
        } else {
          map.change(range(page, pages), (part) => ({ ...part, prot: each.prot }))
          for (let i = page; i < page + pages; i++) flat[i] = flat[i]?.replace(/\d+$/, String(each.prot)) ?? null
        }
        t.deepEqual(flatten(map), flat)
        t.true(isTidy(map))
        t.is(map.bytes, flat.filter((one) => one !== null).length * PAGE_SIZE)
        const hole = flat.indexOf(null, page)
        const inSpan = hole >= 0 && hole < page + pages
        t.is(map.firstHole(range(page, pages)), inSpan ? hole * PAGE_SIZE : null)
        t.is(
          map.isFree(range(page, pages)),
          flat.slice(page, page + pages).every((one) => one === null),
        )
      }
    }),
    { numRuns: 200 },
  )
})

test('what was split by a protection is one region again when that is undone', (t) => {
  const map = new RegionMap()
  map.insert(region(0, 8))
  map.change(range(2, 3), (part) => ({ ...part, prot: PROT_WRITE }))
  t.is(map.size, 3)
  map.change(range(2, 3), (part) => ({ ...part, prot: PROT_READ }))
  t.deepEqual(map.all, [region(0, 8)])
})

test('neighbours of one object that map other pages than the next stay apart', (t) => {
  const map = new RegionMap()
  map.insert(region(0, 1, { offset: 0 }))
  map.insert(region(1, 1, { offset: 0 }))
  t.is(map.size, 2)
})

test('places are chosen from the top down, with a guard page between any two', (t) => {
  const map = new RegionMap()
  for (const pages of [1, 3, 2]) {
    const start = choosePlace(map.all, pages * PAGE_SIZE)
    t.truthy(start)
    map.insert({ ...region(0, pages), start: start!, end: start! + pages * PAGE_SIZE })
  }
  const starts = map.all.map(({ start }) => (CHOSEN_BELOW - start) / PAGE_SIZE)
  t.deepEqual(starts, [1 + 2 + 1 + 3 + 1 + 1, 1 + 3 + 1 + 1, 2])
})

test('a place is chosen in the highest gap that holds it and its guards', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 6 }),
      (pages, size) => {
        const map = new RegionMap()
        for (const page of pages) {
          const start = CHOSEN_BELOW - page * PAGE_SIZE
          map.insert({ ...region(0, 1), start, end: start + PAGE_SIZE })
        }
        const fits = (below: number): boolean =>
          below >= size + 1 &&
          map.isFree({
            start: CHOSEN_BELOW - (below + 1) * PAGE_SIZE,
            end: CHOSEN_BELOW - (below - size - 1) * PAGE_SIZE,
          })
        let below = size + 1
        while (!fits(below)) below++
        t.is(choosePlace(map.all, size * PAGE_SIZE), CHOSEN_BELOW - below * PAGE_SIZE)
      },
    ),
  )
})

test('no place is chosen that does not exist', (t) => {
  t.is(choosePlace([], 2 ** 48), null)
  t.is(choosePlace([{ start: 0, end: 2 ** 48 }], PAGE_SIZE), null)
  t.truthy(choosePlace([], 2 ** 47))
})

test('what is remembered of earlier searches changes no place, whatever is mapped and unmapped between them', (t) => {
  const near = fc.integer({ min: 1, max: 40 })
  const change = fc.record({
    kind: fc.constantFrom('choose', 'fix', 'remove'),
    at: near,
    pages: fc.integer({ min: 1, max: 5 }),
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const map = new RegionMap()
      const free = new FreeSpace(map)
      for (const { kind, at, pages } of changes) {
        const fixed = { start: CHOSEN_BELOW - at * PAGE_SIZE, end: CHOSEN_BELOW - (at - pages) * PAGE_SIZE }
        if (kind === 'remove') {
          map.remove(fixed)
        } else if (kind === 'fix') {
          map.insert({ ...region(0, pages), ...fixed })
        } else {
          const start = free.choose(pages * PAGE_SIZE, []) ?? 0
          t.is(start, choosePlace(map.all, pages * PAGE_SIZE) ?? 0)
          map.insert({ ...region(0, pages), start, end: start + pages * PAGE_SIZE })
        }
      }
    }),
    { numRuns: 300 },
  )
})
