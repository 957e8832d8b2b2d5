import { nanosleep, pthread_create } from '@atoll/posix'

/** Ends while its other thread has hardly arrived. */
export async function main([, ms = '0.07']: string[]): Promise<void> {
  await pthread_create({ cpus: [1] }, async () => {
    for (;;) await nanosleep(1000)
  })
  await nanosleep(Number(ms))
}
