import { atexit, pthread_create, pthread_exit, pthread_join } from '@atoll/posix'
import { wander } from './support/wander.js'

async function helper(n: number): Promise<number> {
  await wander()
  return n + 1
}

/** The last thread has ended: the exit handlers run on a thread of their own, and the ends of threads that they create are not the process's. */
export async function main(): Promise<void> {
  await atexit(() => {
    console.log('first registered')
  })
  await atexit(async () => {
    for (const n of [1, 2]) console.log('joined', await pthread_join(await pthread_create(null, helper, n)))
    pthread_exit('ends this handler only')
  })
  pthread_exit('the last')
}
