import { CLOCK_MONOTONIC, clock_gettime, sleep } from '@atoll/posix'

/** Sleeps for a year, and prints how many days that were. */
export async function main(): Promise<number> {
  const start = clock_gettime(CLOCK_MONOTONIC)
  await sleep(365 * 86_400)
  const end = clock_gettime(CLOCK_MONOTONIC)
  console.log(Math.floor((end.sec - start.sec) / 86_400))
  return 0
}
