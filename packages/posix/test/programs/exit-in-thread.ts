// status: 3
import { atexit, exit, pthread_create, pthread_join } from '@atoll/posix'
import { wander } from './support/wander.js'

async function innermost(): Promise<void> {
  try {
    await wander()
    exit(3)
  } catch (error) {
    console.log('a catch saw the exit:', error)
  } finally {
    console.log('innermost finally')
  }
}

async function routine(): Promise<void> {
  try {
    await innermost()
    console.log('not reached')
  } finally {
    await wander()
    console.log('outermost finally')
  }
}

async function last(): Promise<void> {
  await wander()
  console.log('registered first, called last')
}

export async function main(): Promise<number> {
  await atexit(last)
  for (const n of [1, 2, 3]) {
    await atexit(() => {
      console.log('handler', n)
    })
  }
  try {
    await pthread_join(await pthread_create(null, routine))
    console.log('not reached')
  } finally {
    console.log('nor is this: other threads end where they are')
  }
  return 1
}
