import { conclude, type Result, type Sample } from './result.js'
import type { Row, Sides } from './row.js'

/** Pairs measured and dropped before the first that counts: code is compiled, pools are filled, caches are warm, on both sides alike. */
const WARMUPS = 3

/** Measures a row in this process: both sides in turn, the same number of times. */
export async function measure(row: Row, samples: number): Promise<Result> {
  const sides = await row.open()
  try {
    const measured: Sample[] = []
    for (let i = 0; i < WARMUPS; i++) await sampleOf(sides)
    for (let i = 0; i < samples; i++) measured.push(await sampleOf(sides))
    return conclude(row, measured)
  } finally {
    await sides.close()
  }
}

/** Both sides begin on a clean heap, so that neither pays for the other's garbage. */
async function sampleOf(sides: Sides): Promise<Sample> {
  globalThis.gc?.()
  const value = await sides.value()
  globalThis.gc?.()
  return { value, peerValue: await sides.peer() }
}
