import {
  CLOCK_MONOTONIC,
  CLOCK_REALTIME,
  TIMER_ABSTIME,
  clock_gettime,
  clock_nanosleep,
  nanosleep,
  pthread_create,
  pthread_join,
  sleep,
  usleep,
  type timespec,
} from '@atoll/posix'
import { wander } from './support/wander.js'

const ms = ({ sec, nsec }: timespec): number => sec * 1e3 + nsec / 1e6
const now = (): number => ms(clock_gettime(CLOCK_MONOTONIC))

/** How long `wait` took is at least `leastMs`: whatever moves, nobody wakes early. */
async function takes(what: string, leastMs: number, wait: () => Promise<unknown>): Promise<void> {
  const start = now()
  const result = await wait()
  const tookMs = now() - start
  console.log(what, result, tookMs >= leastMs ? 'not too early' : `woke after ${tookMs} ms`)
}

/** Sleeps in the midst of five frames, and wakes once. */
async function deep(depth: number, wakes: string[]): Promise<string[]> {
  if (depth > 0) return deep(depth - 1, wakes)
  await nanosleep(3)
  wakes.push('woken')
  await wander()
  return wakes
}

async function sleeper(forMs: number): Promise<number> {
  const start = now()
  await nanosleep(forMs)
  return now() - start >= forMs ? forMs : -1
}

export async function main(): Promise<void> {
  await takes('milliseconds', 4, () => nanosleep(4))
  await takes('timespec', 3.5, () => nanosleep({ sec: 0, nsec: 3_500_000 }))
  await takes('nothing', 0, () => nanosleep(0))
  await takes('usleep', 2, () => usleep(2000))
  await takes('sleep', 0, () => sleep(0))
  await takes('clock', 2, () => clock_nanosleep(CLOCK_MONOTONIC, 0, 2))
  await takes('until', 2, () => clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, now() + 3))
  await takes('until, by the calendar', 2, () =>
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, ms(clock_gettime(CLOCK_REALTIME)) + 5),
  )
  await takes('until the past', 0, () => clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, { sec: 0, nsec: 1 }))
  console.log(await deep(4, []))

  const threads = []
  for (const forMs of [6, 1, 4, 2]) threads.push(await pthread_create(null, sleeper, forMs))
  const slept = []
  for (const thread of threads) slept.push(await pthread_join(thread))
  console.log(slept)
}
