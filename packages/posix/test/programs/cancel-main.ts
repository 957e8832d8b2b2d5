import { atexit, nanosleep, pthread_atfork, pthread_cancel, pthread_create, pthread_join, pthread_self } from '@atoll/posix'
import { refusal } from './support/refusal.js'

/** Outlives the main thread. */
async function canceller(main: number): Promise<void> {
  await pthread_cancel(main)
  await pthread_join(main)
  console.log('the process goes on')
}

export async function main(): Promise<number> {
  await atexit(() => {
    console.log('exit handler')
  })
  await pthread_atfork(null, null, null)
  await pthread_atfork(
    () => undefined,
    () => undefined,
    () => undefined,
  )
  let forks = 0
  const assigning = (): number => forks++
  console.log(await refusal(() => pthread_atfork(assigning, null, null)))
  console.log(await refusal(() => pthread_atfork(null, 'no function' as never, null)))
  console.log(await refusal(() => pthread_atfork(null, null, undefined as never)))
  await pthread_create({ detached: true }, canceller, pthread_self())
  try {
    await nanosleep(3_600_000)
  } finally {
    console.log("main's finally", forks)
  }
  return 1
}
