import { pthread_create, pthread_join } from '@atoll/posix'

async function nothing(): Promise<void> {}

/** On kernel 2: creates threads on kernel 3, and joins none. */
async function creates(count: number): Promise<string> {
  for (let i = 0; i < count; i++) await pthread_join(await pthread_create({ cpus: [2] }, nothing))
  return 'done'
}

/** Threads that are mostly on their way to where they begin. */
export async function main([, count = '50']: string[]): Promise<void> {
  console.log(await pthread_join(await pthread_create({ cpus: [1] }, creates, Number(count))))
}
