/* eslint-disable no-console -- a program's console is its output */
import { pthread_create, pthread_join, sched_yield } from '@atoll/posix'

async function linger(cpu: number): Promise<void> {
  console.log(`on CPU ${cpu}`)
  for (;;) await sched_yield()
}

/** Runs for ever on the CPUs in its arguments, and where it was started. */
export async function main(argv: string[]): Promise<number> {
  const threads = []
  for (const cpu of argv.slice(1)) threads.push(await pthread_create({ cpus: [Number(cpu)] }, linger, Number(cpu)))
  console.log('at work')
  if (threads.length === 0) await linger(-1)
  for (const thread of threads) await pthread_join(thread)
  return 0
}
