import { chooseSize } from './choose-size.js'
import { PAIRS_PER_BATCH, type Tally } from './ep-kernel.js'
import { resultBlock } from './result.js'

/** A problem size with its published verification values (NPB 3). */
export interface ProblemSize {
  readonly name: string
  /** Pairs drawn, as an exponent of 2. */
  readonly log2Pairs: number
  readonly sx: number
  readonly sy: number
}

/** The outcome of a run, whichever way it was run. */
export interface EpResult {
  /** Wall-clock time of the timed section: drawing, tallying and adding up. */
  readonly seconds: number
  readonly sx: number
  readonly sy: number
  /** Accepted pairs in each annulus. */
  readonly counts: readonly number[]
  /** Both sums equal the published ones to a relative 1e-8. */
  readonly verified: boolean
}

const TOLERANCE = 1e-8

const SIZES: readonly ProblemSize[] = [
  { name: 'S', log2Pairs: 24, sx: -3.24783465203474e3, sy: -6.958407078382297e3 },
  { name: 'W', log2Pairs: 25, sx: -2.863319731645753e3, sy: -6.320053679109499e3 },
]

/** The problem size called `name`; throws a `RangeError` that lists the known ones. */
export const problemSize = (name: string): ProblemSize => chooseSize(SIZES, name)

/** How many batches the pairs of `size` make. */
export function batchesOf(size: ProblemSize): number {
  return 2 ** size.log2Pairs / PAIRS_PER_BATCH
}

/** Holds a run's total against the published values. */
export function conclude(size: ProblemSize, { sx, sy, counts }: Tally, seconds: number): EpResult {
  return { seconds, sx, sy, counts: [...counts], verified: agrees(sx, size.sx) && agrees(sy, size.sy) }
}

function agrees(value: number, published: number): boolean {
  return Math.abs((value - published) / published) <= TOLERANCE
}

/** The text that a run prints: sums, counts, and the suite's standard block. */
export function epReport(size: ProblemSize, result: EpResult, threads: number): string {
  const accepted = result.counts.reduce((sum, count) => sum + count, 0)
  const uniforms = 2 ** (size.log2Pairs + 1)
  return [
    ` N = 2^${size.log2Pairs}`,
    ` Gaussian pairs = ${accepted}`,
    ` Sums = ${result.sx.toExponential(15)} ${result.sy.toExponential(15)}`,
    ' Counts:',
    ...result.counts.map((count, annulus) => `${String(annulus).padStart(3)}${String(count).padStart(14)}`),
    '',
    resultBlock({
      benchmark: 'EP',
      className: size.name,
      size: String(uniforms),
      iterations: 0,
      threads,
      seconds: result.seconds,
      operations: uniforms,
      operationType: 'Random numbers generated',
      verified: result.verified,
    }),
  ].join('\n')
}
