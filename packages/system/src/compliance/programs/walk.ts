/* eslint-disable no-console -- a program's console is its output */
import {
  _SC_NPROCESSORS_ONLN,
  pthread_create,
  pthread_join,
  sched_getcpu,
  sched_setaffinity,
  sysconf,
} from '@atoll/posix'

/** Visits every CPU, in the midst of a loop, beginning with its own. */
async function walk(first: number): Promise<number[]> {
  const cpus = sysconf(_SC_NPROCESSORS_ONLN)
  const visited: number[] = []
  for (let step = 0; step < cpus; step++) {
    await sched_setaffinity(0, [(first + step) % cpus])
    visited.push(sched_getcpu())
  }
  return visited
}

/** Prints the CPUs that each of its threads, one per CPU, has visited. */
export async function main(): Promise<number> {
  const cpus = sysconf(_SC_NPROCESSORS_ONLN)
  const threads = []
  for (let cpu = 0; cpu < cpus; cpu++) threads.push(await pthread_create({ cpus: [cpu] }, walk, cpu))
  for (const thread of threads) console.log(JSON.stringify(await pthread_join(thread)))
  return 0
}
