// A real-time thread that never gives way does not keep others of its kernel from running.
import { clock_gettime, CLOCK_MONOTONIC, getpid, pthread_create, pthread_join, SCHED_FIFO, SCHED_OTHER } from '@atoll/posix'

const now = (): number => clock_gettime(CLOCK_MONOTONIC).sec

/** Each kernel's own: all threads below are on the same one. */
const seen = { work: false }

/** Computes until somebody else has run; not longer than a minute. */
async function hog(): Promise<string> {
  const end = now() + 60
  while (!seen.work && now() < end) continue
  return seen.work ? 'the other thread has run' : 'the other thread has starved'
}

async function work(): Promise<void> {
  seen.work = true
}

export async function main(): Promise<void> {
  const cpus = [Math.floor(getpid() / 2 ** 20)]
  const first = await pthread_create({ cpus, schedpolicy: SCHED_FIFO, priority: 99 }, hog)
  const other = await pthread_create({ cpus, schedpolicy: SCHED_OTHER }, work)
  console.log(await pthread_join<string>(first))
  await pthread_join(other)
}
