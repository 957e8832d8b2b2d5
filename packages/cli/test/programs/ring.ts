import { pthread_create, pthread_join, pthread_self } from '@atoll/posix'

async function joiner(thread: number): Promise<void> {
  await pthread_join(thread)
}

/** Three threads that join each other in a circle. */
export async function main(): Promise<number> {
  const first = await pthread_create(null, joiner, pthread_self())
  const second = await pthread_create(null, joiner, first)
  await pthread_join(second)
  return 0
}
