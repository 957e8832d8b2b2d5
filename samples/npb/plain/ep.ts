/** EP as an ordinary single-threaded Node program: what the threads are measured against. */

import { fileURLToPath } from 'node:url'
import { addTally, emptyTally, tallyBatch } from '../ep-kernel.js'
import { batchesOf, conclude, type EpResult, epReport, type ProblemSize, problemSize } from '../ep-result.js'

/** Runs EP of `size` on the calling thread. */
export function plainEp(size: ProblemSize): EpResult {
  const start = performance.now()
  const total = emptyTally()
  const batches = batchesOf(size)
  for (let batch = 0; batch < batches; batch++) addTally(total, tallyBatch(batch))
  return conclude(size, total, (performance.now() - start) / 1000)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = problemSize(process.argv[2] ?? 'S')
  const result = plainEp(size)
  console.log(epReport(size, result, 1))
  process.exitCode = result.verified ? 0 : 1
}
