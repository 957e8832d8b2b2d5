/** EP on two plain worker threads that share a `SharedArrayBuffer`: what people write today. */

import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { addTally, emptyTally } from '../ep-kernel.js'
import { batchesOf, conclude, type EpResult, epReport, type ProblemSize, problemSize } from '../ep-result.js'
import { bytesFor, portionOf } from './ep-shared.js'

const WORKERS = 2

/** Runs EP of `size` on two worker threads. Starting them is not in the time, as starting kernels is not. */
export async function sabEp(size: ProblemSize): Promise<EpResult> {
  const memory = new SharedArrayBuffer(bytesFor(WORKERS))
  const workers = Array.from({ length: WORKERS }, (_, id) => {
    const workerData = { memory, id, batches: batchesOf(size) }
    return new Worker(new URL('./ep-worker.js', import.meta.url), { workerData })
  })
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')))
    const start = performance.now()
    const finished = workers.map((worker) => once(worker, 'message'))
    for (const worker of workers) worker.postMessage('start')
    await Promise.all(finished)

    const total = emptyTally()
    for (let id = 0; id < WORKERS; id++) addTally(total, portionOf(memory, id))
    return conclude(size, total, (performance.now() - start) / 1000)
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = problemSize(process.argv[2] ?? 'S')
  const result = await sabEp(size)
  console.log(epReport(size, result, WORKERS))
  process.exitCode = result.verified ? 0 : 1
}
