// status: 1
import { atexit } from '@atoll/posix'
import { wander } from './support/wander.js'

class Misfortune extends Error {
  override get name(): string {
    return 'Misfortune'
  }
}

async function fails(depth: number): Promise<void> {
  await wander()
  if (depth > 0) await fails(depth - 1)
  else throw new Misfortune('nobody catches this')
}

export async function main(): Promise<void> {
  await atexit(() => {
    console.log('no exit handler runs after an uncaught error')
  })
  try {
    await fails(2)
  } finally {
    console.log('finally')
  }
}
