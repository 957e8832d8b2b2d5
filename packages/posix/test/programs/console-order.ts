import { pthread_create, pthread_join, sched_yield, type pthread_t } from '@atoll/posix'
import { wander } from './support/wander.js'

/** Each prints after the one before it has ended. */
async function after({ previous, n }: { previous: pthread_t | null; n: number }): Promise<void> {
  await wander()
  if (previous !== null) await pthread_join(previous)
  console.log('thread', n)
  await sched_yield()
  process.stdout.write(`thread ${n}, `)
  await wander()
  process.stdout.write('again\n')
}

export async function main(): Promise<void> {
  let previous: pthread_t | null = null
  for (let n = 1; n <= 12; n++) previous = await pthread_create(null, after, { previous, n })
  await pthread_join(previous as pthread_t)
  console.log('main: %s of %d', 'all', 12)
  console.log({ nested: { deep: { deeper: { deepest: 1 } } } }, [1n, Symbol('s'), null], 'text')
  console.log('long:', 'x'.repeat(100_000).length, `${'y'.repeat(20_000)}`.length)
  process.stdout.write(Buffer.from('bytes ä\n'))
}
