import { CLOCK_MONOTONIC, CLOCK_REALTIME, clock_getres, clock_gettime, nanosleep, time, type timespec } from '@atoll/posix'
import { wander } from './support/wander.js'

const ns = ({ sec, nsec }: timespec): bigint => BigInt(sec) * 1_000_000_000n + BigInt(nsec)

const isTime = ({ sec, nsec }: timespec): boolean =>
  Number.isInteger(sec) && sec >= 0 && Number.isInteger(nsec) && nsec >= 0 && nsec < 1e9

/** Each kernel has an origin of its own: only without a safe point in between are two readings comparable. */
function runsForward(): boolean {
  const start = performance.now()
  return performance.now() >= start
}

export async function main(): Promise<void> {
  console.log('resolutions:', clock_getres(CLOCK_REALTIME), clock_getres(CLOCK_MONOTONIC))
  let backwards = 0
  let before = clock_gettime(CLOCK_MONOTONIC)
  for (let turn = 0; turn < 20; turn++) {
    await wander() // kernels of one node share this clock
    const now = clock_gettime(CLOCK_MONOTONIC)
    if (!isTime(now) || ns(now) < ns(before)) backwards++
    before = now
  }
  console.log('monotonic ran backwards:', backwards)

  const wall = clock_gettime(CLOCK_REALTIME)
  console.log('a time:', isTime(wall), 'of this century:', wall.sec >= 946_684_800)
  console.log('time() is its seconds:', Math.abs(time() - wall.sec) <= 1, Number.isInteger(time()))
  console.log('Date agrees:', Math.abs(Date.now() / 1000 - wall.sec) < 2, Math.abs(new Date().getTime() / 1000 - wall.sec) < 2)

  const [clockStart, hostStart] = [clock_gettime(CLOCK_MONOTONIC), Date.now()]
  await nanosleep(20)
  const passedMs = Number(ns(clock_gettime(CLOCK_MONOTONIC)) - ns(clockStart)) / 1e6
  console.log('time passes for both:', passedMs >= 20, Date.now() - hostStart >= 15)
  console.log('performance runs:', runsForward())
}
