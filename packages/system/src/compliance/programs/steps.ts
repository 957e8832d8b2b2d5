/* eslint-disable no-console -- a program's console is its output */
import { sched_yield } from '@atoll/posix'

/** Takes so many turns, then prints their number. */
export async function main(argv: string[]): Promise<number> {
  const turns = Number(argv[1])
  for (let turn = 0; turn < turns; turn++) await sched_yield()
  console.log(turns)
  return 0
}
