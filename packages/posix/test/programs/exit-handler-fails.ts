// status: 1
import { atexit, exit, pthread_create, pthread_join } from '@atoll/posix'
import { wander } from './support/wander.js'

export async function main(): Promise<void> {
  await atexit(async () => {
    await wander()
    throw new Error('the handler failed')
  })
  const thread = await pthread_create(null, async () => {
    await wander()
    exit(0)
  })
  await pthread_join(thread)
}
