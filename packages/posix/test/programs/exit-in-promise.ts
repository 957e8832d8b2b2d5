// status: 8
import { atexit, nanosleep } from '@atoll/posix'

export async function main(): Promise<void> {
  await atexit(() => {
    console.log('the handler')
  })
  void Promise.resolve().then(() => process.exit(8))
  await nanosleep(3_600_000)
  console.log('not reached')
}
