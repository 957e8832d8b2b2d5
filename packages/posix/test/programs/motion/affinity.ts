import { nanosleep, pthread_create, pthread_getaffinity_np, sched_setaffinity } from '@atoll/posix'

/** Ends up on CPU 2 for good. */
async function toAndFro(rounds: number): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    await sched_setaffinity(0, [1])
    await sched_setaffinity(0, [2])
  }
  await nanosleep(1000)
}

/** Prints what the origin knows of the affinity of a thread that has often changed it. */
export async function main([, rounds = '20']: string[]): Promise<void> {
  const thread = await pthread_create({ cpus: [1] }, toAndFro, Number(rounds))
  await nanosleep(500)
  console.log([...(await pthread_getaffinity_np(thread))].join())
}
