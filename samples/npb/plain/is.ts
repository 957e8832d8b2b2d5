/** IS as an ordinary single-threaded Node program: what the threads are measured against. */

import { fileURLToPath } from 'node:url'
import {
  changeKeys,
  countKeys,
  drawKeys,
  gatherTests,
  keysOfTests,
  passedTests,
  raiseRanks,
  rankRange,
  sortsRange,
} from '../is-kernel.js'
import { IsLayout } from '../is-layout.js'
import { concludeIs, type IsFindings, isReport, type IsResult, type IsSize, isSize, ITERATIONS } from '../is-result.js'
import { type Place, SOLO } from './place.js'

/** One part of IS, on memory that all parts share, of `IsLayout`'s size. */
export function isPart(size: IsSize, memory: ArrayBufferLike, { id, parts, wait }: Place): IsFindings {
  const layout = new IsLayout(size, parts)
  const ints = (at: number, length: number): Int32Array => new Int32Array(memory, at, length)
  const numbers = Array.from({ length: parts }, (_, part) => part)

  const block = layout.block(id)
  const keys = ints(layout.key(block.first), block.end - block.first)
  const counts = ints(layout.count(id, 0), size.maxKey)
  const tests = ints(layout.tests(id), size.testIndices.length)
  const range = layout.range(id)
  const countsOfRange = numbers.map((part) => ints(layout.count(part, range.first), range.end - range.first))
  const ranks = ints(layout.rank(range.first), range.end - range.first)
  const totals = numbers.map((part) => ints(layout.total(part), 1))
  const keysBefore = (): number => totals.slice(0, id).reduce((sum, [total]) => sum + total, 0)

  const rank = (iteration: number): number => {
    changeKeys(keys, block, iteration, size.maxKey)
    counts.fill(0)
    countKeys(keys, counts)
    keysOfTests(size, keys, block, tests)
    wait()
    const allTests = new Int32Array(tests.length).fill(-1)
    for (const part of numbers) gatherTests(allTests, ints(layout.tests(part), tests.length))
    totals[id][0] = rankRange(countsOfRange, ranks)
    wait()
    raiseRanks(ranks, keysBefore())
    return passedTests(size, allTests, ranks, range, iteration)
  }

  drawKeys(keys, block.first, size.maxKey)
  rank(1) // not timed
  const start = performance.now()
  let passed = 0
  for (let iteration = 1; iteration <= ITERATIONS; iteration++) passed += rank(iteration)
  const seconds = (performance.now() - start) / 1000
  wait()
  const isSorted = sortsRange(ints(layout.key(0), size.keys), ranks, range, keysBefore())
  return { seconds, passedTests: passed, isSorted }
}

/** Runs IS of `size` on the calling thread. */
export function plainIs(size: IsSize): IsResult {
  return concludeIs(size, [isPart(size, new ArrayBuffer(new IsLayout(size, 1).bytes), SOLO)])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = isSize(process.argv[2] ?? 'S')
  const result = plainIs(size)
  console.log(isReport(size, result, 1))
  process.exitCode = result.verified ? 0 : 1
}
