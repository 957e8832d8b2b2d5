// status: 5
import { atexit, exit, nanosleep } from '@atoll/posix'
import { wander } from './support/wander.js'

async function leave(): Promise<never> {
  try {
    await wander()
    exit(5)
  } finally {
    console.log("the fiber's finally")
  }
}

export async function main(): Promise<number> {
  await atexit(() => {
    console.log('handler')
  })
  const leaving = leave()
  await nanosleep(3_600_000) // an hour: the fiber ends the process before
  await leaving
  return 1
}
