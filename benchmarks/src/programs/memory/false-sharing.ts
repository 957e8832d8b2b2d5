import {
  atoll,
  atomic_fetch_add_i32,
  load_i32,
  MAP_ANONYMOUS,
  MAP_RELEASE,
  MAP_SHARED,
  mmap,
  MS_SYNC,
  msync,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  sched_yield,
  view,
} from '@atoll/posix'
import { takeSamples, usSince } from '../samples.js'

const ROUNDS = 200
const ADDITIONS = 2000

interface Task {
  readonly word: number
  readonly barrier: number
}

function add(word: Int32Array): void {
  for (let i = 0; i < ADDITIONS; i++) word[0] = (word[0] ?? 0) + 1
}

/** Adds to its own word, and meets the other after each round. */
async function work({ word, barrier }: Task): Promise<void> {
  const mine = await view(word, Int32Array, 1, PROT_READ | PROT_WRITE)
  for (let round = 1; round <= ROUNDS; round++) {
    add(mine)
    await msync(word - (word % PAGE_SIZE), PAGE_SIZE, MS_SYNC)
    await atomic_fetch_add_i32(barrier, 1)
    while ((await load_i32(barrier)) < 2 * round) await sched_yield()
  }
}

/** Microseconds per round of two kernels' threads, whose words are `apart` bytes from each other. */
async function sample(apart: number, flags: number): Promise<number> {
  const cpus = atoll.kernels().map(({ cpu }) => cpu)
  const words = await mmap(0, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | flags)
  const barrier = await mmap(0, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS)
  const start = performance.now()
  const threads = []
  for (const half of [0, 1]) {
    const task: Task = { word: words + half * apart, barrier }
    threads.push(await pthread_create({ cpus: [cpus[half] ?? 0] }, work, task))
  }
  for (const thread of threads) await pthread_join(thread)
  return usSince(start, ROUNDS)
}

export async function main([, channel, kind]: string[]): Promise<void> {
  const apart = kind === 'apart' ? PAGE_SIZE : 4
  await takeSamples(channel, () => sample(apart, kind === 'default' ? 0 : MAP_RELEASE))
}
