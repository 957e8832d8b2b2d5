import { nanosleep, pthread_create, pthread_join, sched_getcpu } from '@atoll/posix'

/** Stays where it was started, whatever happens elsewhere. */
export async function main([, sleeps = '20']: string[]): Promise<void> {
  const cpu = sched_getcpu()
  const thread = await pthread_create(null, async (count: number) => {
    for (let i = 0; i < count; i++) await nanosleep(0.1)
    return sched_getcpu()
  }, Number(sleeps))
  console.log((await pthread_join(thread)) === cpu ? 'stayed' : 'moved')
}
