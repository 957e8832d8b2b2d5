/**
 * EP, "embarrassingly parallel": pairs of uniform deviates become independent Gaussian pairs by the acceptance-rejection
 * method; their sums and their number in each square annulus around the origin are tallied.
 *
 * Source: D. Bailey et al., The NAS Parallel Benchmarks, NASA report RNR-94-007, section 2.2.1.
 */

import { fillUniform, jump } from './random.js'

/** Pairs are drawn in batches. A batch knows its place in the random stream, so batches can be done in any order. */
export const PAIRS_PER_BATCH = 2 ** 16

/** Square annuli `l ≤ max(|X|, |Y|) < l + 1`; no Gaussian deviate of the published sizes gets beyond the tenth. */
export const ANNULI = 10

const SEED = 271828183
const PAIRS_PER_BLOCK = 2 ** 10

/** What some of the pairs amount to. Plain data: it moves with the thread that holds it. */
export interface Tally {
  /** Sum of the Gaussian pairs' first members. */
  sx: number
  /** Sum of their second members. */
  sy: number
  /** Accepted pairs in each annulus. */
  readonly counts: Float64Array
}

export function emptyTally(): Tally {
  return { sx: 0, sy: 0, counts: new Float64Array(ANNULI) }
}

/** Adds `part` to `total`. */
export function addTally(total: Tally, part: Tally): void {
  total.sx += part.sx
  total.sy += part.sy
  for (let annulus = 0; annulus < ANNULI; annulus++) total.counts[annulus] += part.counts[annulus]
}

/** Draws the pairs of one batch, `batch` = 0, 1, …, and tallies them. */
export function tallyBatch(batch: number): Tally {
  const tally = emptyTally()
  const uniforms = new Float64Array(2 * PAIRS_PER_BLOCK)
  let state = jump(SEED, 2 * PAIRS_PER_BATCH * batch)
  for (let done = 0; done < PAIRS_PER_BATCH; done += PAIRS_PER_BLOCK) {
    state = fillUniform(uniforms, state)
    tallyPairs(tally, uniforms)
  }
  return tally
}

/** Marsaglia's polar method: a pair inside the unit circle becomes a pair of Gaussian deviates, another is dropped. */
function tallyPairs(tally: Tally, uniforms: Float64Array): void {
  const { counts } = tally
  let { sx, sy } = tally
  for (let i = 0; i < uniforms.length; i += 2) {
    const x = 2 * uniforms[i] - 1
    const y = 2 * uniforms[i + 1] - 1
    const t = x * x + y * y
    if (t > 1) continue
    const scale = Math.sqrt((-2 * Math.log(t)) / t)
    const gaussianX = x * scale
    const gaussianY = y * scale
    counts[Math.max(Math.abs(gaussianX), Math.abs(gaussianY)) | 0] += 1
    sx += gaussianX
    sy += gaussianY
  }
  tally.sx = sx
  tally.sy = sy
}
