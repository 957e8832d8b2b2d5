import { once } from 'node:events'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import type { Place } from '../plain/place.js'
import { BARRIER_BYTES, barrierIn } from './barrier.js'

/** What each worker is given. */
interface Task {
  readonly id: number
  readonly parts: number
  readonly className: string
  /** The team's own memory. */
  readonly memory: SharedArrayBuffer
  /** The barrier's. */
  readonly meeting: SharedArrayBuffer
}

/** Workers of a team: as many as the rows have kernels. */
export const WORKERS = 2

/** Runs a worker's module on two worker threads that share `bytes`, and returns what they have found, in their order. */
export async function runWorkers<F>(module: URL, className: string, bytes: number): Promise<F[]> {
  const [memory, meeting] = [new SharedArrayBuffer(bytes), new SharedArrayBuffer(BARRIER_BYTES)]
  const workers = Array.from({ length: WORKERS }, (_, id) => {
    return new Worker(module, { workerData: { id, parts: WORKERS, className, memory, meeting } satisfies Task })
  })
  try {
    return await Promise.all(workers.map(async (worker) => ((await once(worker, 'message')) as [F])[0]))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** In a worker: does its part, once all of them are there, and hands in what it has found. */
export function takePart<F>(part: (className: string, memory: SharedArrayBuffer, place: Place) => F): void {
  if (parentPort === null) throw new Error('this module is started as a worker thread, by runWorkers')
  const { id, parts, className, memory, meeting } = workerData as Task
  const wait = barrierIn(meeting, parts)
  wait()
  parentPort.postMessage(part(className, memory, { id, parts, wait }))
}
