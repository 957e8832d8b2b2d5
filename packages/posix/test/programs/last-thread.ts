import { atexit, nanosleep, pthread_create, pthread_exit, pthread_join } from '@atoll/posix'
import { wander } from './support/wander.js'

async function successor(generation: number): Promise<void> {
  await nanosleep(1)
  await wander()
  console.log('generation', generation)
  if (generation < 4) await pthread_create({ detached: true }, successor, generation + 1)
}

export async function main(): Promise<void> {
  await atexit(async () => {
    await wander()
    console.log('handler, after the last thread')
  })
  await pthread_join(await pthread_create(null, () => undefined))
  await pthread_create(null, successor, 1)
  pthread_exit('the others go on')
}
