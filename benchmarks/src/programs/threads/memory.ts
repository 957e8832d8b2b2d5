import { nanosleep, pthread_create } from '@atoll/posix'
import { heapBytes } from '../../workloads/heap.js'
import { takeSamples } from '../samples.js'

const THREADS = 100_000
const LONG: { sec: number; nsec: number } = { sec: 1_000_000, nsec: 0 }

async function outer(id: number): Promise<number> {
  const next = id + 1
  return (await middle(next)) + next
}

async function middle(id: number): Promise<number> {
  const next = id + 1
  return (await inner(next)) + next
}

async function inner(id: number): Promise<number> {
  const next = id + 1
  await nanosleep(LONG)
  return next
}

/** Threads that sleep with three frames each: bytes of heap per thread, whatever the kernel keeps of it included. */
async function sample(): Promise<number> {
  const attributes = { cpus: [0], detached: true }
  const before = heapBytes()
  for (let i = 0; i < THREADS; i++) await pthread_create(attributes, outer, i)
  await nanosleep(1) // the last of them begin
  return (heapBytes() - before) / THREADS
}

/** Takes one sample: its threads end with the process. */
export async function main([, channel]: string[]): Promise<void> {
  await takeSamples(channel, sample)
}
