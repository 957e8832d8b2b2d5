import { nanosleep, pthread_create, pthread_join, sched_getaffinity, sched_setaffinity } from '@atoll/posix'

/** A thread on every CPU, all of which do nothing for an hour. */
export async function main(): Promise<void> {
  const threads = []
  for (const cpu of await sched_getaffinity(0)) threads.push(await pthread_create({ cpus: [cpu] }, sleeper))
  await sched_setaffinity(0, [0])
  console.log('all asleep')
  for (const thread of threads) await pthread_join(thread)
}

const sleeper = async (): Promise<void> => {
  await nanosleep(3_600_000)
}
