import { atoll, pthread_create, pthread_join } from '@atoll/posix'
import { takeSamples, usSince } from '../samples.js'

const TRIPS = 1000
/** Frames of `descend`; with that of `walk` there are five, of four numbers and a small object each. */
const DESCENTS = 4

async function descend(depth: number, a: number, b: number, c: number): Promise<number> {
  const point = { x: a + b, y: c + depth }
  const us = depth === 1 ? await walk(c, a) : await descend(depth - 1, a, b + 0.5, c)
  if (point.x !== a + b || point.y !== c + depth) throw new Error('a thread that moved has lost what it held')
  return us
}

/** To kernel `there` and `back`, time and again: µs per round. */
async function walk(there: number, back: number): Promise<number> {
  const route = { there, back }
  const start = performance.now()
  for (let trip = 0; trip < TRIPS; trip++) {
    await atoll.migrate(there)
    await atoll.migrate(back)
  }
  if (route.there !== there || route.back !== back) throw new Error('a thread that moved has lost its way')
  return usSince(start, TRIPS)
}

async function sample(): Promise<number> {
  const [here, there] = atoll.kernels().map(({ kernel }) => kernel)
  const walker = async (depth: number): Promise<number> => descend(depth, here, 0.25, there)
  return pthread_join<number>(await pthread_create({ cpus: [0, 1] }, walker, DESCENTS))
}

export async function main([, channel]: string[]): Promise<void> {
  await takeSamples(channel, sample)
}
