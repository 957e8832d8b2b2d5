/**
 * NAS benchmark IS, integer sort, on threads whose memory follows them.
 *
 *     atoll run samples/npb/is.ts [CLASS [THREADS [WALKS]]] --backend workers --kernels 2
 *
 * CLASS is S (the default) or W, THREADS is one per CPU by default, WALKS is how often each thread moves on to another
 * CPU (never, by default).
 */

import { load_i32, PROT_READ, PROT_WRITE, view } from '@atoll/posix'
import { wait } from './barrier.js'
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
} from './is-kernel.js'
import { IsLayout } from './is-layout.js'
import { concludeIs, type IsFindings, isReport, type IsResult, type IsSize, isSize, ITERATIONS } from './is-result.js'
import { type Options, runProgram } from './program.js'
import { type Member, noteKernel, roam, type Route, runTeam, seconds, walkOn } from './team.js'

/** Counted without a break, some 10 µs: a kernel answers others only between two calls of ordinary functions. */
const KEYS_AT_ONCE = 2 ** 13

interface IsMember extends Member {
  readonly size: IsSize
}

interface IsPart extends IsFindings {
  readonly route: Route
}

/** One thread's part. It holds views only while it works on them: never while it waits for the others. */
async function worker(member: IsMember): Promise<IsPart> {
  const { barrier, id } = member
  const route: Route = []
  noteKernel(route)
  await roam()
  await draw(member)
  await rank(member, 1) // not timed: code becomes warm, and pages come to those who write them

  const start = seconds()
  let passed = 0
  for (let iteration = 1; iteration <= ITERATIONS; iteration++) {
    await walkOn(member, iteration, route)
    passed += await rank(member, iteration)
  }
  const elapsed = seconds() - start

  await wait(barrier, id)
  return { seconds: elapsed, passedTests: passed, isSorted: await checkSort(member), route }
}

async function draw({ size, threads, id, memory }: IsMember): Promise<void> {
  const layout = new IsLayout(size, threads)
  const { first, end } = layout.block(id)
  if (first === end) return
  using keys = await view(memory + layout.key(first), Int32Array, end - first, PROT_READ | PROT_WRITE)
  drawKeys(keys, first, size.maxKey)
}

/** Ranks all keys. Returns how many tests this thread's ranks have passed. */
async function rank(member: IsMember, iteration: number): Promise<number> {
  await count(member, iteration)
  await wait(member.barrier, member.id)
  const tests = await rankOwnRange(member)
  await wait(member.barrier, member.id)
  return raise(member, tests, iteration)
}

async function count({ size, threads, id, memory }: IsMember, iteration: number): Promise<void> {
  const layout = new IsLayout(size, threads)
  const block = layout.block(id)
  using counts = await view(memory + layout.count(id, 0), Int32Array, size.maxKey, PROT_READ | PROT_WRITE)
  using tests = await view(memory + layout.tests(id), Int32Array, size.testIndices.length, PROT_READ | PROT_WRITE)
  if (block.first === block.end) {
    tests.fill(-1)
    return
  }
  using keys = await view(memory + layout.key(block.first), Int32Array, block.end - block.first, PROT_READ | PROT_WRITE)
  changeKeys(keys, block, iteration, size.maxKey)
  counts.fill(0)
  for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) countKeys(keys.subarray(at, at + KEYS_AT_ONCE), counts)
  keysOfTests(size, keys, block, tests)
}

/** Ranks the keys of the thread's range among themselves. Returns the keys of all tests. */
async function rankOwnRange({ size, threads, id, memory }: IsMember): Promise<Int32Array> {
  const layout = new IsLayout(size, threads)
  const tests = new Int32Array(size.testIndices.length).fill(-1)
  for (let other = 0; other < threads; other++) {
    using theirs = await view(memory + layout.tests(other), Int32Array, tests.length)
    gatherTests(tests, theirs)
  }
  const { first, end } = layout.range(id)
  if (first === end) return tests

  const counts = []
  for (let other = 0; other < threads; other++) {
    counts.push(await view(memory + layout.count(other, first), Int32Array, end - first))
  }
  using ranks = await view(memory + layout.rank(first), Int32Array, end - first, PROT_READ | PROT_WRITE)
  using total = await view(memory + layout.total(id), Int32Array, 1, PROT_READ | PROT_WRITE)
  total[0] = rankRange(counts, ranks)
  for (const counted of counts) counted[Symbol.dispose]()
  return tests
}

async function raise({ size, threads, id, memory }: IsMember, tests: Int32Array, iteration: number): Promise<number> {
  const layout = new IsLayout(size, threads)
  const range = layout.range(id)
  if (range.first === range.end) return 0
  const before = await keysBefore(layout, id, memory)
  using ranks = await view(
    memory + layout.rank(range.first),
    Int32Array,
    range.end - range.first,
    PROT_READ | PROT_WRITE,
  )
  raiseRanks(ranks, before)
  return passedTests(size, tests, ranks, range, iteration)
}

/** How many keys are in the ranges of the threads before. */
async function keysBefore(layout: IsLayout, id: number, memory: number): Promise<number> {
  let before = 0
  for (let other = 0; other < id; other++) before += await load_i32(memory + layout.total(other))
  return before
}

async function checkSort({ size, threads, id, memory }: IsMember): Promise<boolean> {
  const layout = new IsLayout(size, threads)
  const range = layout.range(id)
  if (range.first === range.end) return true
  const before = await keysBefore(layout, id, memory)
  using keys = await view(memory + layout.key(0), Int32Array, size.keys)
  using ranks = await view(memory + layout.rank(range.first), Int32Array, range.end - range.first)
  return sortsRange(keys, ranks, range, before)
}

/** Runs IS on `threads` threads, each of which walks to another CPU `walks` times. */
export async function is({ size, threads, walks }: Options<IsSize>): Promise<{ result: IsResult; routes: Route[] }> {
  const parts = await runTeam('is', worker, { size, threads, walks }, new IsLayout(size, threads).bytes)
  return { result: concludeIs(size, parts), routes: parts.map(({ route }) => route) }
}

export function main(argv: string[]): Promise<number> {
  return runProgram('is', argv, 0, isSize, async (options) => {
    const { result, routes } = await is(options)
    return { report: isReport(options.size, result, options.threads), verified: result.verified, routes }
  })
}
