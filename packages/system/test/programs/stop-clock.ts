import { sched_yield } from '@atoll/posix'

/** Has the clock of its kernel fail, see `fixtures/failing-clock.js`. */
export async function main(): Promise<void> {
  Object.assign(globalThis, { clockFails: true })
  for (;;) await sched_yield()
}
