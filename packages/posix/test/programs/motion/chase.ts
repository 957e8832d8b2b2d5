import { pthread_cancel, PTHREAD_CANCEL_ASYNCHRONOUS, pthread_create, pthread_join, pthread_self, pthread_setcanceltype, pthread_setname_np } from '@atoll/posix'
import { awaitFlag } from '../support/flag.js'

async function restless(): Promise<void> {
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS)
  await pthread_setname_np(pthread_self(), 'ready')
  for (;;);
}

/** Cancels a thread that never blocks, and never comes by its origin. */
export async function main(): Promise<void> {
  const thread = await pthread_create({ cpus: [1, 2] }, restless)
  await awaitFlag(thread, 'ready')
  await pthread_cancel(thread)
  console.log(String(await pthread_join(thread)))
}
