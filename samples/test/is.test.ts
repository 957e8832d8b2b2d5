import test from 'ava'
import { changeKeys, countKeys, drawKeys, rankRange, sortsRange } from '../npb/is-kernel.js'
import { IsLayout } from '../npb/is-layout.js'
import { concludeIs, isReport, isSize } from '../npb/is-result.js'
import { PAGE_BYTES } from '../npb/partition.js'
import { plainIs } from '../npb/plain/is.js'
import { sabIs } from '../npb/sab/is.js'

for (const name of ['S', 'W']) {
  test(`the plain run of class ${name} gives the published ranks`, (t) => {
    t.like(plainIs(isSize(name)), { passedTests: 50, isSorted: true, verified: true })
  })
}

test('two worker threads on shared memory give the published ranks of class S', async (t) => {
  t.like(await sabIs(isSize('S')), { passedTests: 50, isSorted: true, verified: true })
})

test('a block of keys depends on its place only', (t) => {
  const [all, part] = [new Int32Array(5000), new Int32Array(1500)]
  drawKeys(all, 0, 2 ** 11)
  drawKeys(part, 3000, 2 ** 11)
  t.deepEqual(all.subarray(3000, 4500), part)
  t.true(all.every((key) => key >= 0 && key < 2 ** 11))
})

test('an iteration changes the keys of its number and of ten more, in whose block they are', (t) => {
  const keys = new Int32Array(8)
  changeKeys(keys, { first: 10, end: 18 }, 3, 100)
  t.deepEqual([...keys], [0, 0, 0, 97, 0, 0, 0, 0])
  changeKeys(keys, { first: 2, end: 10 }, 3, 100)
  t.deepEqual([...keys], [0, 3, 0, 97, 0, 0, 0, 0])
})

test('a rank is how many keys of the range are not larger, whoever has counted them', (t) => {
  const counts = [Int32Array.of(1, 0, 2), Int32Array.of(0, 3, 1)]
  const ranks = new Int32Array(3)
  t.is(rankRange(counts, ranks), 7)
  t.deepEqual([...ranks], [1, 4, 7])
})

test('ranks that are wrong sort nothing', (t) => {
  const keys = Int32Array.of(2, 0, 1, 2)
  const counts = new Int32Array(3)
  countKeys(keys, counts)
  const ranks = new Int32Array(3)
  rankRange([counts], ranks)
  t.true(sortsRange(keys, ranks, { first: 0, end: 3 }, 0))
  t.false(sortsRange(keys, Int32Array.of(2, 2, 4), { first: 0, end: 3 }, 0))
})

test('one wrong rank, or keys that are not sorted, do not verify', (t) => {
  const size = isSize('S')
  const parts = [
    { seconds: 1, passedTests: 20, isSorted: true },
    { seconds: 2, passedTests: 30, isSorted: true },
  ]
  t.like(concludeIs(size, parts), { seconds: 2, verified: true })
  t.false(concludeIs(size, [{ ...parts[0], passedTests: 19 }, parts[1]]).verified)
  t.false(concludeIs(size, [{ ...parts[0], isSorted: false }, parts[1]]).verified)
  t.regex(isReport(size, concludeIs(size, parts), 2), /^ Mop\/s total +=  +0\.33$/m)
})

test('what different parts write is on different pages', (t) => {
  const layout = new IsLayout(isSize('S'), 3)
  const pagesOf = (part: number): number[] => {
    const { first, end } = layout.block(part)
    const range = layout.range(part)
    return [
      ...pages(layout.key(first), layout.key(end)),
      ...pages(layout.count(part, 0), layout.count(part, 2 ** 11)),
      ...pages(layout.rank(range.first), layout.rank(range.end)),
      ...pages(layout.total(part), layout.tests(part) + 20),
    ]
  }
  const all = [0, 1, 2].flatMap(pagesOf)
  t.is(new Set(all).size, all.length)
  t.is(Math.max(...all), layout.bytes / PAGE_BYTES - 1)
})

const pages = (start: number, end: number): number[] => {
  const first = Math.floor(start / PAGE_BYTES)
  return Array.from({ length: Math.ceil(end / PAGE_BYTES) - first }, (_, page) => first + page)
}
