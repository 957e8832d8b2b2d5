import { performance } from 'node:perf_hooks'

/** Steps per sample: about a millisecond on a machine of 2020. */
const STEPS = 200_000

/** The fastest of so many samples counts: everything that disturbs a sample makes it slower. */
const SAMPLES = 5

/**
 * Measures how fast this isolate computes, in millions of steps per second: a step is a few dependent integer and floating-point operations
 * in compiled code, as programs' inner loops have them. Takes about ten milliseconds. Reads the host's clock: not for
 * simulated systems.
 */
export function measureSpeed(): number {
  let bestMs = Infinity
  let sink = 0
  for (let sample = 0; sample < SAMPLES; sample++) {
    const startMs = performance.now()
    sink += computeSteps(STEPS, sample)
    bestMs = Math.min(bestMs, performance.now() - startMs)
  }
  // The sum is used, so that no compiler may leave the loop out.
  if (!Number.isFinite(sink)) throw new RangeError('the calibration has overflowed')
  return STEPS / bestMs / 1000
}

function computeSteps(steps: number, seed: number): number {
  let word = seed | 1
  let sum = 0
  for (let i = 0; i < steps; i++) {
    word ^= word << 13
    word ^= word >>> 17
    word ^= word << 5
    sum = sum * 0.999 + (word & 0xff)
  }
  return sum
}
