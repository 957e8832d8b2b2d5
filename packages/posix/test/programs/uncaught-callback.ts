// status: 1
import { nanosleep } from '@atoll/posix'

/** An error in a host callback ends the process. */
export async function main(): Promise<void> {
  setTimeout(() => {
    throw new Error('in a callback')
  }, 1)
  await nanosleep(3_600_000)
  console.log('not reached')
}
