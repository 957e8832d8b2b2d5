// Very many threads on one kernel, all alive at the same time: none wakes before all have been created.
import { nanosleep, pthread_create, pthread_join, sched_getcpu, type pthread_t } from '@atoll/posix'

async function sleeper({ id, sec }: { id: number; sec: number }): Promise<number> {
  await nanosleep({ sec, nsec: 0 })
  return id
}

export async function main([, count, sec = '1000000']: string[]): Promise<void> {
  const cpus = [sched_getcpu()]
  const threads: pthread_t[] = []
  for (let id = 0; id < Number(count); id++) threads.push(await pthread_create({ cpus }, sleeper, { id, sec: Number(sec) }))
  let sum = 0
  for (const thread of threads) sum += await pthread_join<number>(thread)
  console.log(new Set(threads).size, 'threads,', sum === (Number(count) * (Number(count) - 1)) / 2 ? 'all' : 'not all', 'woke')
}
