import { pthread_create, pthread_join, sched_getcpu } from '@atoll/posix'
import { TURNS } from '../../workloads/numeric-loop.js'
import { nsSince, takeSamples } from '../samples.js'

const THREADS = 2

async function resumableLoop(turns: number): Promise<number> {
  let sum = 0
  for (let i = 0; i < turns; i++) sum = (sum + (i ^ (i >>> 3))) | 0
  return sum
}

/** Threads that compute on one kernel take turns: each is preempted at the end of every slice, and resumed in mid-loop. */
async function sample(): Promise<number> {
  const start = performance.now()
  const threads = []
  for (let i = 0; i < THREADS; i++) {
    threads.push(await pthread_create({ cpus: [sched_getcpu()] }, resumableLoop, TURNS / THREADS))
  }
  for (const thread of threads) await pthread_join(thread)
  return nsSince(start, TURNS)
}

export async function main([, channel]: string[]): Promise<void> {
  await takeSamples(channel, sample)
}
