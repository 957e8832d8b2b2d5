import { nsSince } from '../clock.js'
import { numericLoop, TURNS } from '../workloads/numeric-loop.js'

/** Nanoseconds per turn of the numeric loop in a plain function. */
export async function plainLoopNs(): Promise<number> {
  const start = performance.now()
  if (!Number.isInteger(numericLoop(TURNS))) throw new Error('the loop has no result') // or the engine might drop it
  return nsSince(start, TURNS)
}
