/**
 * NAS benchmark EP on threads that walk between kernels in mid-loop.
 *
 *     atoll run samples/npb/ep.ts [CLASS [THREADS [WALKS]]] --backend workers --kernels 2
 *
 * CLASS is S (the default) or W, THREADS is one per CPU by default, WALKS is how often each thread moves on to another
 * CPU (4 by default).
 */

import {
  _SC_NPROCESSORS_ONLN,
  atoll,
  CLOCK_MONOTONIC,
  clock_gettime,
  pthread_create,
  pthread_join,
  sched_setaffinity,
  sysconf,
} from '@atoll/posix'
import { addTally, emptyTally, type Tally, tallyBatch } from './ep-kernel.js'
import { batchesOf, conclude, type EpResult, epReport, type ProblemSize, problemSize } from './ep-result.js'

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
  readonly route: readonly number[]
}

async function worker({ id, threads, batches, walks }: Share): Promise<Portion> {
  const cpus = sysconf(_SC_NPROCESSORS_ONLN)
  const batchesPerLeg = Math.max(1, Math.floor(batches / threads / (walks + 1)))
  const tally = emptyTally()
  const route: number[] = []
  for (let batch = id, done = 0; batch < batches; batch += threads, done++) {
    const leg = Math.min(walks, Math.floor(done / batchesPerLeg))
    if (done === leg * batchesPerLeg) await sched_setaffinity(0, [(id + leg) % cpus])
    const { kernel } = atoll.here()
    if (kernel !== route.at(-1)) route.push(kernel)
    addTally(tally, tallyBatch(batch))
  }
  return { tally, route }
}

/** Runs EP of `size` on `threads` threads, each of which walks to another CPU `walks` times. */
export async function ep(
  size: ProblemSize,
  threads: number,
  walks: number,
): Promise<{ result: EpResult; routes: readonly (readonly number[])[] }> {
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

export async function main(argv: string[]): Promise<number> {
  let options
  try {
    options = readArguments(argv)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    console.error(`ep: ${error.message}`)
    return 2
  }
  const { size, threads, walks } = options
  const { result, routes } = await ep(size, threads, walks)

  console.log(epReport(size, result, threads))
  for (const [id, route] of routes.entries()) console.log(` Thread ${id} ran on kernels ${route.join(' → ')}`)
  return result.verified ? 0 : 1
}

function readArguments(argv: readonly string[]): { size: ProblemSize; threads: number; walks: number } {
  const [, className = 'S', threads = String(sysconf(_SC_NPROCESSORS_ONLN)), walks = '4'] = argv
  return {
    size: problemSize(className),
    threads: wholeNumber('THREADS', threads, 1),
    walks: wholeNumber('WALKS', walks, 0),
  }
}

function wholeNumber(argument: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new RangeError(`${argument} is '${text}': give a whole number of at least ${least}`)
}

function seconds(): number {
  const { sec, nsec } = clock_gettime(CLOCK_MONOTONIC)
  return sec + nsec * 1e-9
}
