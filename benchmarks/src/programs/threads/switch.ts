import { pthread_create, pthread_join, sched_getcpu, sched_yield } from '@atoll/posix'
import { nsSince, takeSamples } from '../samples.js'

const YIELDS = 200_000

async function yieldOften(times: number): Promise<void> {
  for (let i = 0; i < times; i++) await sched_yield()
}

async function sample(): Promise<number> {
  const start = performance.now()
  const here = { cpus: [sched_getcpu()] }
  const one = await pthread_create(here, yieldOften, YIELDS)
  const other = await pthread_create(here, yieldOften, YIELDS)
  await pthread_join(one)
  await pthread_join(other)
  return nsSince(start, 2 * YIELDS)
}

export async function main([, channel]: string[]): Promise<void> {
  await takeSamples(channel, sample)
}
