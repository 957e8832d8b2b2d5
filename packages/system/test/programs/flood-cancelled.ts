import { pthread_cancel, PTHREAD_CANCELED, pthread_create, pthread_join } from '@atoll/posix'

const LINE = 'x'.repeat(100_000 - 1)

/** Reaches no cancellation point but that of waiting until its output is taken. */
async function flood(): Promise<void> {
  for (;;) console.log(LINE)
}

export async function main(): Promise<number> {
  const thread = await pthread_create(null, flood)
  await pthread_cancel(thread)
  return (await pthread_join(thread)) === PTHREAD_CANCELED ? 0 : 1
}
