import { pthread_create, pthread_join } from '@atoll/posix'
import { takeSamples, usSince } from '../samples.js'

const THREADS = 1000

const identity = async (value: number): Promise<number> => value

/** Threads one after the other on one CPU: `argv[2]`; main is on CPU 0. */
async function sample(cpu: number): Promise<number> {
  const attributes = { cpus: [cpu] }
  const start = performance.now()
  for (let i = 0; i < THREADS; i++) await pthread_join(await pthread_create(attributes, identity, i))
  return usSince(start, THREADS)
}

export async function main([, channel, cpu]: string[]): Promise<void> {
  await takeSamples(channel, () => sample(Number(cpu)))
}
