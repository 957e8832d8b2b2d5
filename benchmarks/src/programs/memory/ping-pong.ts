import {
  atoll,
  load_i32,
  MAP_ANONYMOUS,
  MAP_PRIVATE,
  mmap,
  munmap,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  sched_yield,
  store_i32,
} from '@atoll/posix'
import { takeSamples, usSince } from '../samples.js'

const ROUNDS = 2000

/** Waits for each number of its own parity, and writes the next. */
async function play({ word, parity }: { word: number; parity: number }): Promise<void> {
  for (let turn = parity; turn < 2 * ROUNDS; turn += 2) {
    while ((await load_i32(word)) !== turn) await sched_yield()
    await store_i32(word, turn + 1)
  }
}

async function sample(): Promise<number> {
  const cpus = atoll.kernels().map(({ cpu }) => cpu)
  const word = await mmap(0, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS)
  const start = performance.now()
  const players = []
  for (const parity of [0, 1]) {
    players.push(await pthread_create({ cpus: [cpus[parity] ?? 0] }, play, { word, parity }))
  }
  for (const player of players) await pthread_join(player)
  const us = usSince(start, ROUNDS)
  await munmap(word, PAGE_SIZE)
  return us
}

export async function main([, channel]: string[]): Promise<void> {
  await takeSamples(channel, sample)
}
