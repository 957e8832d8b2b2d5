import { pthread_create, pthread_join, sched_setaffinity } from '@atoll/posix'

async function walk(): Promise<void> {
  await sched_setaffinity(0, [1])
  await sched_setaffinity(0, [0])
}

export async function main(): Promise<number> {
  await pthread_join(await pthread_create({ cpus: [0] }, walk))
  return 0
}
