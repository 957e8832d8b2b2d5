import { pthread_create, pthread_join, type pthread_t } from '@atoll/posix'
import { takeSamples } from '../samples.js'

/** Few threads have nearly all of the work: 7 of 140, and placed in turns all of the long ones would begin on the same kernel. */
const THREADS = 140
const LONG_ONE_IN = 20
const LONG_TURNS = 40_000_000
const SHORT_TURNS = 200_000

async function work(turns: number): Promise<number> {
  let sum = 0
  for (let i = 0; i < turns; i++) sum = (sum + (i ^ (i >>> 3))) | 0
  return sum
}

/** The time in milliseconds that all threads together take, if each may run on these CPUs. */
async function sample(cpus: readonly number[]): Promise<number> {
  const start = performance.now()
  const threads: pthread_t[] = []
  for (let i = 0; i < THREADS; i++) {
    threads.push(await pthread_create({ cpus }, work, i % LONG_ONE_IN === 0 ? LONG_TURNS : SHORT_TURNS))
  }
  for (const thread of threads) await pthread_join(thread)
  return performance.now() - start
}

export async function main([, channel, kernels]: string[]): Promise<void> {
  const cpus = Array.from({ length: Number(kernels) }, (_, cpu) => cpu)
  await sample(cpus) // compiled by now
  await takeSamples(channel, () => sample(cpus))
}
