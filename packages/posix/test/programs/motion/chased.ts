// A thread that is on its way nearly all the time, never by its origin: whatever is asked of it reaches it.
import { atoll, nanosleep, pthread_cancel, pthread_create, pthread_getschedparam, pthread_join, pthread_testcancel, pthread_setaffinity_np } from '@atoll/posix'

async function hopper(): Promise<never> {
  for (let move = 0; ; move++) {
    await atoll.migrate(2 + (move % 2))
    pthread_testcancel()
  }
}

export async function main(): Promise<void> {
  const thread = await pthread_create({ cpus: [1, 2] }, hopper)
  await nanosleep(1)
  console.log('policy', (await pthread_getschedparam(thread)).policy)
  await pthread_setaffinity_np(thread, [1, 2])
  await pthread_cancel(thread)
  console.log(String(await pthread_join(thread)))
}
