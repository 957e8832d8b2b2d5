import { atoll, pthread_create, pthread_join, pthread_self, usleep } from '@atoll/posix'

async function inner(depth: number): Promise<number> {
  if (depth > 0) return 1 + (await inner(depth - 1))
  await usleep(10)
  await atoll.migrate(2)
  throw new Error('broken', { cause: new RangeError('the cause') })
}

async function routine(depth: number): Promise<number> {
  const found = await inner(depth)
  return found
}

async function fails(): Promise<void> {
  await usleep(10)
  throw new Error('in a call of its own')
}

async function awaits(): Promise<void> {
  const call = fails()
  await call
}

async function shown(attempt: () => Promise<unknown>): Promise<void> {
  try {
    await attempt()
  } catch (error) {
    console.log((error as Error).stack)
  }
}

export async function main(): Promise<void> {
  const thread = await pthread_create(null, routine, 2)
  await shown(() => pthread_join(thread))
  await shown(awaits)
  const other = await pthread_create(null, async (main: number) => pthread_join(main), pthread_self())
  await shown(() => pthread_join(777_777 as never))
  await usleep(1)
  await atoll.migrate(1)
  if (other < 0) return
  try {
    await routine(1)
  } catch (error) {
    throw new AggregateError([error], 'all failed')
  }
}
