import {
  atoll,
  load_i32,
  MAP_ANONYMOUS,
  MAP_PRIVATE,
  mmap,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  sched_yield,
  store_i32,
  unview,
  view,
} from '@atoll/posix'
import { STREAM_BYTES } from '../../workloads/stream.js'
import { takeSamples } from '../samples.js'

async function own({ bytes, done }: { bytes: number; done: number }): Promise<void> {
  const mine = await view(bytes, Uint8Array, STREAM_BYTES, PROT_READ | PROT_WRITE)
  mine.fill(7)
  unview(mine)
  await store_i32(done, 1)
  while ((await load_i32(done)) !== 2) await sched_yield()
}

async function sample(bytes: number, done: number): Promise<number> {
  const [here = 0, there = 0] = atoll.kernels().map(({ cpu }) => cpu)
  const reader = async (): Promise<number> => {
    while ((await load_i32(done)) !== 1) await sched_yield()
    const start = performance.now()
    const theirs = await view(bytes, Uint8Array, STREAM_BYTES)
    const gigabytes = STREAM_BYTES / (performance.now() - start) / 1e6
    if (theirs[STREAM_BYTES - 1] !== 7) throw new Error('the last byte has not come')
    unview(theirs)
    await store_i32(done, 2)
    return gigabytes
  }
  const owner = await pthread_create({ cpus: [there] }, own, { bytes, done })
  const gigabytes = await pthread_join<number>(await pthread_create({ cpus: [here] }, reader))
  await pthread_join(owner)
  return gigabytes
}

export async function main([, channel]: string[]): Promise<void> {
  // The same pages every time: see read-fault.ts.
  const bytes = await mmap(0, STREAM_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS)
  const done = await mmap(0, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS)
  await takeSamples(channel, () => sample(bytes, done))
}
