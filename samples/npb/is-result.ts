import { chooseSize } from './choose-size.js'
import { resultBlock } from './result.js'

/** A problem size with its published verification values (NPB 3). */
export interface IsSize {
  readonly name: string
  readonly keys: number
  /** Keys are integers from 0 up to, but not including, this. */
  readonly maxKey: number
  /** Where the keys are whose ranks are checked. */
  readonly testIndices: readonly number[]
  /** Their ranks, less what the iteration adds or takes away. */
  readonly testRanks: readonly number[]
  /** The first so many of the tests go up with the iteration, the others go down. */
  readonly risingTests: number
  /** What the rising ones begin with. */
  readonly rise: number
}

/** What a run has found, whichever way it was run. */
export interface IsFindings {
  /** Duration of the timed section: ten rankings. */
  readonly seconds: number
  /** Ranks that were as published. */
  readonly passedTests: number
  /** Does the last ranking sort the keys? */
  readonly isSorted: boolean
}

/** The outcome of a run. */
export interface IsResult extends IsFindings {
  readonly verified: boolean
}

export const ITERATIONS = 10

const SIZES: readonly IsSize[] = [
  {
    name: 'S',
    keys: 2 ** 16,
    maxKey: 2 ** 11,
    testIndices: [48427, 17148, 23627, 62548, 4431],
    testRanks: [0, 18, 346, 64917, 65463],
    risingTests: 3,
    rise: 0,
  },
  {
    name: 'W',
    keys: 2 ** 20,
    maxKey: 2 ** 16,
    testIndices: [357773, 934767, 875723, 898999, 404505],
    testRanks: [1249, 11698, 1039987, 1043896, 1048018],
    risingTests: 2,
    rise: -2,
  },
]

/** The problem size called `name`; throws a `RangeError` that lists the known ones. */
export const isSize = (name: string): IsSize => chooseSize(SIZES, name)

/** The rank that test `test` has to have in an iteration, counted from 1. */
export function expectedRank({ testRanks, risingTests, rise }: IsSize, test: number, iteration: number): number {
  return test < risingTests ? testRanks[test] + iteration + rise : testRanks[test] - iteration
}

/** Puts together what the parts of a run have found. */
export function concludeIs(size: IsSize, parts: readonly IsFindings[]): IsResult {
  const passedTests = parts.reduce((sum, part) => sum + part.passedTests, 0)
  const isSorted = parts.every((part) => part.isSorted)
  return {
    seconds: Math.max(...parts.map((part) => part.seconds)),
    passedTests,
    isSorted,
    verified: isSorted && passedTests === ITERATIONS * size.testIndices.length,
  }
}

/** The text that a run prints. */
export function isReport(size: IsSize, result: IsResult, threads: number): string {
  return [
    ` Ranks as published = ${result.passedTests} of ${ITERATIONS * size.testIndices.length}`,
    ` Sorted = ${result.isSorted ? 'yes' : 'no'}`,
    '',
    resultBlock({
      benchmark: 'IS',
      className: size.name,
      size: String(size.keys),
      iterations: ITERATIONS,
      threads,
      seconds: result.seconds,
      operations: ITERATIONS * size.keys,
      operationType: 'keys ranked',
      verified: result.verified,
    }),
  ].join('\n')
}
