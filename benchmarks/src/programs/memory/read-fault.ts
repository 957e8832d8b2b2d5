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
} from '@atoll/posix'
import { takeSamples, usSince } from '../samples.js'

const PAGES = 1000
/** Neighbours in time are far from each other: nothing is read ahead. */
const STEP = 367

const pageOf = (i: number): number => PAGE_SIZE * ((i * STEP) % PAGES)

/** Keeps the kernel that has the pages awake. */
async function own({ pages, done }: { pages: number; done: number }): Promise<void> {
  for (let i = 0; i < PAGES; i++) await store_i32(pages + PAGE_SIZE * i, i)
  await store_i32(done, 1)
  while ((await load_i32(done)) !== 2) await sched_yield()
}

async function sample(pages: number, done: number): Promise<number> {
  const [here = 0, there = 0] = atoll.kernels().map(({ cpu }) => cpu)
  const reader = async (): Promise<number> => {
    while ((await load_i32(done)) !== 1) await sched_yield()
    const start = performance.now()
    for (let i = 0; i < PAGES; i++) await load_i32(pages + pageOf(i))
    const us = usSince(start, PAGES)
    await store_i32(done, 2)
    return us
  }
  const owner = await pthread_create({ cpus: [there] }, own, { pages, done })
  const us = await pthread_join<number>(await pthread_create({ cpus: [here] }, reader))
  await pthread_join(owner)
  return us
}

export async function main([, channel]: string[]): Promise<void> {
  // The same pages every time: the host's own faults, of memory that nobody has touched yet, are over with the first sample.
  const pages = await mmap(0, PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS)
  const done = await mmap(0, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS)
  await takeSamples(channel, () => sample(pages, done))
}
