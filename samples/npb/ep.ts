/**
 * NAS benchmark EP on threads that walk between kernels in mid-loop.
 *
 *     atoll run samples/npb/ep.ts [CLASS [THREADS [WALKS]]] --backend workers --kernels 2
 *
 * CLASS is S (the default) or W, THREADS is one per CPU by default, WALKS is how often each thread moves on to another
 * CPU (4 by default).
 */

import { _SC_NPROCESSORS_ONLN, pthread_create, pthread_join, sched_setaffinity, sysconf } from '@atoll/posix'
import { addTally, emptyTally, type Tally, tallyBatch } from './ep-kernel.js'
import { batchesOf, conclude, type EpResult, epReport, type ProblemSize, problemSize } from './ep-result.js'
import { runProgram } from './program.js'
import { noteKernel, type Route, seconds } from './team.js'

/** One thread's part of the work: every `threads`-th batch from `id` on. */
interface Share {
  readonly id: number
  readonly threads: number
  readonly batches: number
  readonly walks: number
}

/** What a thread hands back through `pthread_join`. */
interface Portion {
  readonly tally: Tally
  /** The kernels it ran on, in order. */
  readonly route: Route
}

async function worker({ id, threads, batches, walks }: Share): Promise<Portion> {
  const cpus = sysconf(_SC_NPROCESSORS_ONLN)
  const batchesPerLeg = Math.max(1, Math.floor(batches / threads / (walks + 1)))
  const tally = emptyTally()
  const route: Route = []
  for (let batch = id, done = 0; batch < batches; batch += threads, done++) {
    const leg = Math.min(walks, Math.floor(done / batchesPerLeg))
    if (done === leg * batchesPerLeg) await sched_setaffinity(0, [(id + leg) % cpus])
    noteKernel(route)
    addTally(tally, tallyBatch(batch))
  }
  return { tally, route }
}

/** Runs EP of `size` on `threads` threads, each of which walks to another CPU `walks` times. */
export async function ep(
  size: ProblemSize,
  threads: number,
  walks: number,
): Promise<{ result: EpResult; routes: readonly Route[] }> {
  const start = seconds()
  const running = []
  for (let id = 0; id < threads; id++) {
    const share: Share = { id, threads, batches: batchesOf(size), walks }
    running.push(await pthread_create({ name: `ep-${id}` }, worker, share))
  }

  const total = emptyTally()
  const routes = []
  for (const thread of running) {
    const { tally, route } = await pthread_join<Portion>(thread)
    addTally(total, tally)
    routes.push(route)
  }
  return { result: conclude(size, total, seconds() - start), routes }
}

export function main(argv: string[]): Promise<number> {
  return runProgram('ep', argv, 4, problemSize, async ({ size, threads, walks }) => {
    const { result, routes } = await ep(size, threads, walks)
    return { report: epReport(size, result, threads), verified: result.verified, routes }
  })
}
