/**
 * IS, "integer sort": the ranks of small integer keys, by counting. Each part counts the keys of its block; then each adds up all counts for its range of
 * keys; then each moves its ranks up by the number of keys in the ranges before.
 *
 * Source: D. Bailey et al., The NAS Parallel Benchmarks, NASA report RNR-94-007, section 2.2.5.
 */

import { expectedRank, type IsSize, ITERATIONS } from './is-result.js'
import type { Range } from './partition.js'
import { fillUniform, jump } from './random.js'

const SEED = 314159265
const UNIFORMS_PER_KEY = 4
const KEYS_PER_BLOCK = 2 ** 10

/** Draws a block of keys, of which the first has the number `first` in the whole. */
export function drawKeys(keys: Int32Array, first: number, maxKey: number): void {
  const uniforms = new Float64Array(UNIFORMS_PER_KEY * KEYS_PER_BLOCK)
  let state = jump(SEED, UNIFORMS_PER_KEY * first)
  for (let at = 0; at < keys.length; at += KEYS_PER_BLOCK) {
    state = fillUniform(uniforms, state)
    const end = Math.min(keys.length, at + KEYS_PER_BLOCK)
    for (let i = at, u = 0; i < end; i++, u += UNIFORMS_PER_KEY) {
      keys[i] = (maxKey / 4) * (uniforms[u] + uniforms[u + 1] + uniforms[u + 2] + uniforms[u + 3])
    }
  }
}

/** Makes each iteration's keys a little different, where the part's block has those keys. */
export function changeKeys(keys: Int32Array, { first, end }: Range, iteration: number, maxKey: number): void {
  const change = (index: number, key: number): void => {
    if (index >= first && index < end) keys[index - first] = key
  }
  change(iteration, iteration)
  change(iteration + ITERATIONS, maxKey - iteration)
}

/** Adds to the counts how often each key is among these. */
export function countKeys(keys: Int32Array, counts: Int32Array): void {
  for (let i = 0; i < keys.length; i++) counts[keys[i]]++
}

/** Adds up what all parts have counted of the keys of one range, so that `ranks` has for each how many of the range's are not larger. Returns their number. */
export function rankRange(counts: readonly Int32Array[], ranks: Int32Array): number {
  ranks.fill(0)
  for (const counted of counts) for (let key = 0; key < ranks.length; key++) ranks[key] += counted[key]
  let total = 0
  for (let key = 0; key < ranks.length; key++) ranks[key] = total += ranks[key]
  return total
}

/** So many keys are in the ranges before. */
export function raiseRanks(ranks: Int32Array, before: number): void {
  for (let key = 0; key < ranks.length; key++) ranks[key] += before
}

/** What keys the part's block has where the tests look, by test; −1 where another part has it. */
export function keysOfTests({ testIndices }: IsSize, keys: Int32Array, { first, end }: Range, tests: Int32Array): void {
  for (const [test, index] of testIndices.entries()) {
    tests[test] = index >= first && index < end ? keys[index - first] : -1
  }
}

/** Every part's keys of tests put together, into `tests`. */
export function gatherTests(tests: Int32Array, others: Int32Array): void {
  for (let test = 0; test < tests.length; test++) tests[test] = Math.max(tests[test], others[test])
}

/**
 * How many tests come out as published in an iteration: of those whose key's predecessor is in the range that `ranks` is about, because a key's rank is how
 * many are smaller.
 */
export function passedTests(
  size: IsSize,
  tests: Int32Array,
  ranks: Int32Array,
  range: Range,
  iteration: number,
): number {
  let passed = 0
  for (let test = 0; test < tests.length; test++) {
    const predecessor = tests[test] - 1
    if (predecessor < range.first || predecessor >= range.end) continue
    if (ranks[predecessor - range.first] === expectedRank(size, test, iteration)) passed++
  }
  return passed
}

/** Puts the keys of one range in their places, of which `before` are before it: do the ranks sort them? */
export function sortsRange(keys: Int32Array, ranks: Int32Array, { first, end }: Range, before: number): boolean {
  if (first === end) return true
  const next = ranks.slice()
  const sorted = new Int32Array(ranks[ranks.length - 1] - before).fill(-1)
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]
    if (key >= first && key < end) sorted[--next[key - first] - before] = key
  }
  return sorted.every((key, at) => key >= (at === 0 ? first : sorted[at - 1]))
}
