// status: 7
import { atexit, nanosleep } from '@atoll/posix'
import { wander } from './support/wander.js'

/** A host callback has no thread of its own: the exit handlers run on one of the process. */
export async function main(): Promise<void> {
  await atexit(async () => {
    await wander()
    console.log('the handler, called last')
  })
  await atexit(() => {
    console.log('the handler, called first')
  })
  setTimeout(() => {
    process.exit(7)
  }, 5)
  await nanosleep(3_600_000)
  console.log('not reached')
}
