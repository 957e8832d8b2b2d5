import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { openProgram } from '../../atoll/atoll-system.js'
import type { Row } from '../../row.js'

/** The time until a new worker's first message, in µs. Its end is not in it. */
async function newWorker(): Promise<number> {
  const start = performance.now()
  const worker = new Worker(new URL('../../peers/first-message-worker.js', import.meta.url))
  await once(worker, 'message')
  const us = (performance.now() - start) * 1000
  await worker.terminate()
  return us
}

export const row: Row<'threads/create-join-local'> = {
  name: 'threads/create-join-local',
  unit: 'µs',
  peer: 'new Worker, to its first message',
  better: 'lower',
  target: 1 / 2000,
  open: async () => {
    const program = await openProgram('threads/create-join', ['0'])
    return { value: program.sample, peer: newWorker, close: program.close }
  },
}
