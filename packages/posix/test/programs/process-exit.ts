// status: 4
import { atexit, pthread_create, pthread_join } from '@atoll/posix'
import { wander } from './support/wander.js'

function plain(status: number): never {
  process.exit(status)
}

export async function main(): Promise<void> {
  await atexit(() => {
    console.log('handler')
  })
  const thread = await pthread_create(null, async () => {
    try {
      await wander()
      plain(260)
    } finally {
      console.log('finally')
    }
  })
  await pthread_join(thread)
}
