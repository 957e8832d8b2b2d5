// Joins that do not wait, or not for ever: what they give, in time and too late, here and on the move.
import {
  clock_gettime,
  CLOCK_MONOTONIC,
  getcpu,
  nanosleep,
  pthread_cancel,
  pthread_create,
  pthread_join,
  pthread_self,
  pthread_timedjoin_np,
  pthread_tryjoin_np,
  sched_getcpu,
  time,
  type pthread_t,
} from '@atoll/posix'
import { awaitFlag, raise } from './support/flag.js'
import { refusal } from './support/refusal.js'
import { wander } from './support/wander.js'

/** Milliseconds since 1970, so long from now. */
const soon = (ms: number): number => Date.now() + ms

const HOUR_MS = 3_600_000

async function sleeper(ms: number): Promise<number> {
  await nanosleep(ms)
  return ms
}

async function failing(): Promise<never> {
  throw new RangeError('as planned')
}

/** Until it can be joined without waiting. */
async function ended(thread: pthread_t): Promise<unknown> {
  for (;;) {
    const joined = await pthread_tryjoin_np(thread)
    if (joined) return joined.value
    await nanosleep(0.2)
  }
}

async function trying(): Promise<void> {
  const thread = await pthread_create(null, sleeper, HOUR_MS)
  console.log('runs:', await pthread_tryjoin_np(thread))
  await pthread_cancel(thread)
  console.log('ended:', String(await ended(thread)))
  console.log(await refusal(() => pthread_tryjoin_np(4_000_000_000)))
  console.log(await refusal(() => pthread_tryjoin_np(pthread_self())))
  const thrown = await pthread_create(null, failing)
  console.log('throws:', await refusal(() => ended(thrown)))
}

async function timed(): Promise<void> {
  const thread = await pthread_create(null, sleeper, HOUR_MS)
  const beforeMs = clock_gettime(CLOCK_MONOTONIC)
  console.log('too late:', await pthread_timedjoin_np(thread, soon(20)))
  const after = clock_gettime(CLOCK_MONOTONIC)
  const tookMs = (after.sec - beforeMs.sec) * 1000 + (after.nsec - beforeMs.nsec) / 1e6
  console.log('it took its time:', tookMs > 10)
  console.log('past:', await pthread_timedjoin_np(thread, { sec: time() - 10, nsec: 0 }))
  await pthread_cancel(thread)
  console.log('in time:', String((await pthread_timedjoin_np(thread, soon(HOUR_MS)))?.value))
  const short = await pthread_create(null, sleeper, 2)
  console.log('waits:', await pthread_timedjoin_np(short, soon(HOUR_MS)))
  console.log(await refusal(() => pthread_timedjoin_np(pthread_self(), soon(1))))
  console.log(await refusal(() => pthread_timedjoin_np(1, { sec: -1, nsec: 0 })))
}

/** The time goes with a thread that moves while it waits, and so does a cancellation. */
async function moving(): Promise<void> {
  const thread = await pthread_create(null, sleeper, HOUR_MS)
  const late = pthread_timedjoin_np(thread, soon(20))
  await wander()
  await wander()
  console.log('moved, too late:', await late)
  const joiner = await pthread_create(null, async () => {
    await raise(pthread_self(), 'ready')
    return pthread_timedjoin_np(thread, soon(HOUR_MS))
  })
  await awaitFlag(joiner, 'ready')
  await pthread_cancel(joiner)
  console.log('joiner:', String(await pthread_join(joiner)))
  await pthread_cancel(thread)
  console.log('still joinable:', String(await pthread_join(thread)))
}

export async function main(): Promise<void> {
  await trying()
  await timed()
  await moving()
  const { cpu, node } = getcpu()
  console.log('here:', cpu === sched_getcpu(), node >= 0)
}
