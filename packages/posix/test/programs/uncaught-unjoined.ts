import { pthread_create, pthread_exit } from '@atoll/posix'
import { wander } from './support/wander.js'

async function fails(): Promise<never> {
  await wander()
  throw new RangeError('nobody joins to see this')
}

/** The error of a thread that is never joined is shown when the process ends. */
export async function main(): Promise<void> {
  await pthread_create(null, fails)
  pthread_exit()
}
