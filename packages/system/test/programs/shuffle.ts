import { _SC_NPROCESSORS_ONLN, pthread_create, pthread_join, sched_getcpu, sched_setaffinity, sched_yield, sysconf } from '@atoll/posix'

/** Prints its steps as it goes through them on different CPUs: in an order that is chance's. */
async function step(id: number): Promise<number> {
  const cpus = sysconf(_SC_NPROCESSORS_ONLN)
  let sum = 0
  for (let turn = 0; turn < 6; turn++) {
    await sched_setaffinity(0, [(id + turn) % cpus])
    await sched_yield()
    sum += turn
    console.log(`${id}:${turn}@${sched_getcpu()}`)
  }
  return sum
}

export async function main(): Promise<number> {
  const threads = []
  for (let id = 0; id < 4; id++) threads.push(await pthread_create(null, step, id))
  let sum = 0
  for (const thread of threads) sum += await pthread_join<number>(thread)
  return sum
}
