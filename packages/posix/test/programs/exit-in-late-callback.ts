// status: 9
import { atexit, nanosleep, pthread_create, pthread_exit } from '@atoll/posix'

async function other(): Promise<void> {
  await nanosleep(3_600_000)
  console.log('not reached')
}

/** The main thread has ended when the callback comes: a thread is made for the exit handlers. */
export async function main(): Promise<void> {
  await atexit(() => {
    console.log('the handler')
  })
  await pthread_create(null, other)
  setTimeout(() => {
    process.exit(9)
  }, 20)
  pthread_exit()
}
