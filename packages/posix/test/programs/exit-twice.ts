// status: 6
import { atexit, exit, nanosleep, pthread_create, pthread_key_create, pthread_setspecific } from '@atoll/posix'
import { wander } from './support/wander.js'



/** Its destructor exits: so does the process, with what its handlers make of that. */
async function destroyed(exits: number): Promise<void> {
  pthread_setspecific(exits, 3)
  await wander()
}

/** It exits while another thread does: that thread's status counts, and this one's handlers do not run twice. */
async function late(): Promise<void> {
  await nanosleep(5)
  exit(9)
}

export async function main(): Promise<void> {
  await atexit(() => {
    console.log('first registered')
  })
  await atexit(async () => {
    await wander()
    console.log('exits anew, in a call that is not directly awaited')
    await Promise.all([exits(6)])
  })
  await atexit(() => {
    console.log('exits anew')
    exit(5)
  })
  await atexit(async () => {
    await nanosleep(20)
    console.log('exits anew, after a wait')
    exit(4)
  })
  const exiting = pthread_key_create((status) => {
    exit(status as number)
  })
  await pthread_create({ detached: true }, destroyed, exiting)
  await pthread_create({ detached: true }, late)
  await nanosleep(3_600_000)
  console.log('not reached')
}

async function exits(status: number): Promise<void> {
  await nanosleep(1)
  exit(status)
}
