import { atoll, pthread_create, pthread_join } from '@atoll/posix'
import { heavyData, type Account, type HeavyData } from '../../workloads/heavy-data.js'
import { takeSamples, usSince } from '../samples.js'

const TRIPS = 1000

/** Six frames, each with a part of the data; two closures share an environment. */
async function holdAccount(data: HeavyData, here: number, there: number): Promise<number> {
  const { account } = data
  const us = await holdIndex(data, here, there)
  check(account.history[0].by === account)
  return us
}

async function holdIndex(data: HeavyData, here: number, there: number): Promise<number> {
  const { index, account } = data
  const us = await holdSeen(data, here, there)
  check(index.get('ada') === account)
  return us
}

async function holdSeen({ seen, ...data }: HeavyData, here: number, there: number): Promise<number> {
  const us = await holdClosures(data, here, there)
  check(seen.has('b'))
  return us
}

type Rest = Omit<HeavyData, 'seen'>

async function holdClosures(data: Rest, here: number, there: number): Promise<number> {
  let { total } = data.totals
  const add = (n: number): number => (total += n)
  const subtract = (n: number): number => (total -= n)
  const us = await holdBytes(data, here, there)
  check(add(5) === 12 && subtract(2) === 10)
  return us
}

async function holdBytes({ bytes, rows, account }: Rest, here: number, there: number): Promise<number> {
  const us = await walk(account, here, there)
  check(bytes[63] === 189 && rows[1].name === 'two')
  return us
}

async function walk(account: Account, here: number, there: number): Promise<number> {
  const start = performance.now()
  for (let trip = 0; trip < TRIPS; trip++) {
    account.balance = trip
    await atoll.migrate(there)
    await atoll.migrate(here)
  }
  check(account.balance === TRIPS - 1)
  return usSince(start, TRIPS)
}

function check(isKept: boolean): void {
  if (!isKept) throw new Error('a thread that moved has lost what it held')
}

async function walker({ here, there }: { here: number; there: number }): Promise<number> {
  return holdAccount(heavyData(), here, there)
}

async function sample(): Promise<number> {
  const [here, there] = atoll.kernels().map(({ kernel }) => kernel)
  return pthread_join<number>(await pthread_create({ cpus: [0, 1] }, walker, { here, there }))
}

export async function main([, channel]: string[]): Promise<void> {
  await takeSamples(channel, sample)
}
