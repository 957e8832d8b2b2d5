// status: 1
import { nanosleep, sched_yield } from '@atoll/posix'
import { wander } from './support/wander.js'

async function fails(): Promise<void> {
  await sched_yield()
  await wander()
  throw new Error('nobody awaits this')
}

/** As with Node, a rejection that nobody handles ends the process. */
export async function main(): Promise<void> {
  void fails()
  await nanosleep(3_600_000)
  console.log('not reached')
}
