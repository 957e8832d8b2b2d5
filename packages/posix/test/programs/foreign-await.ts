import { nanosleep, pthread_create, pthread_join, sched_getcpu } from '@atoll/posix'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { wander } from './support/wander.js'

/** While it awaits the host, the thread stays on its kernel. */
async function pinned(file: string): Promise<string> {
  let before = -1
  const read = async (): Promise<string> => {
    before = sched_getcpu()
    return readFile(file, 'utf8')
  }
  const text = await read()
  return sched_getcpu() === before ? text : 'it moved meanwhile'
}

async function roundTrip(n: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-'))
  const file = join(folder, 'number.txt')
  try {
    await wander()
    await writeFile(file, String(n))
    await wander()
    return Number(await readFile(file, 'utf8'))
  } finally {
    await wander()
    await rm(folder, { recursive: true })
  }
}

const thenable = (value: unknown): PromiseLike<unknown> => ({
  then(resolve, reject) {
    if (typeof value === 'number') queueMicrotask(() => void resolve?.(value as never))
    else reject?.(new TypeError('no number'))
    return undefined as never
  },
})

export async function main(): Promise<void> {
  console.log([await roundTrip(1), await roundTrip(2)])
  const threads = []
  for (const n of [3, 4, 5]) threads.push(await pthread_create(null, roundTrip, n))
  for (const thread of threads) console.log(await pthread_join(thread))
  try {
    await readFile('/no/such/file')
  } catch (error) {
    console.log((error as NodeJS.ErrnoException).code)
  }
  const folder = await mkdtemp(join(tmpdir(), 'atoll-'))
  await writeFile(join(folder, 'text'), 'as it was')
  console.log(await pinned(join(folder, 'text')))
  await rm(folder, { recursive: true })

  console.log('thenables:', await thenable(6), await Promise.resolve(7), await { then: 'no function' })
  try {
    await thenable('x')
  } catch (error) {
    console.log(String(error))
  }
  // A promise of the host among the locals, not awaited yet.
  const { promise, resolve } = withResolvers<string>()
  queueMicrotask(() => {
    resolve('settled while asleep')
  })
  await nanosleep(1)
  console.log(await promise)
  await wander()
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
