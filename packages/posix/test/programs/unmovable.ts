import { atoll, nanosleep, pthread_create, pthread_join, sched_yield } from '@atoll/posix'
import { Socket } from 'node:net'
import { placeIn } from './support/place.js'
import { refusal } from './support/refusal.js'

interface Pool {
  readonly name: string
  readonly slots: { readonly cache: WeakMap<object, number> }[]
}

/** Where the caller may go, if anywhere. */
const elsewhere = (): number | undefined =>
  atoll
    .kernels()
    .map(({ kernel }) => kernel)
    .find((kernel) => kernel !== atoll.here().kernel)

/** Moves, from a frame that holds a socket in a local. The error names it; with one kernel nothing is to be named. */
async function holdsSocket(): Promise<string> {
  const connection = new Socket()
  try {
    const kernel = elsewhere()
    if (kernel !== undefined) await atoll.migrate(kernel)
    return kernel === undefined ? "'connection' in holdsSocket (test/programs/unmovable.ts:23)" : 'moved'
  } catch (error) {
    return placeIn((error as Error).message)
  } finally {
    connection.destroy()
  }
}

async function holdsDeep(): Promise<string> {
  const pool: Pool = { name: 'pool', slots: [{ cache: new WeakMap() }, { cache: new WeakMap() }] }
  const inner = await inDepth()
  pool.slots.pop()
  return `${inner}, ${pool.name} of ${pool.slots.length}`
}

async function inDepth(): Promise<string> {
  const kernel = elsewhere()
  if (kernel === undefined) return "'pool.slots[0].cache' in holdsDeep (test/programs/unmovable.ts:34)"
  try {
    await atoll.migrate(kernel)
    return 'moved'
  } catch (error) {
    return placeIn((error as Error).message)
  }
}

/** A thread that can't move lives on, whatever is forced on it. */
async function livesOn(): Promise<number> {
  const reference = new WeakRef({})
  let turns = 0
  for (; turns < 50; turns++) {
    await sched_yield()
    if (turns % 20 === 0) await nanosleep(0)
  }
  return reference instanceof WeakRef ? turns : -1
}

async function handedOver(): Promise<void> {
  const socket = new Socket()
  const settings = { server: { socket } }
  try {
    await pthread_create(null, () => undefined, settings)
  } catch (error) {
    console.log('argument:', (error as { code?: string }).code, placeIn((error as Error).message))
  }
  try {
    await pthread_create(null, () => settings.server.socket.destroyed)
  } catch (error) {
    console.log('start routine:', (error as { code?: string }).code, placeIn((error as Error).message))
  }
  socket.destroy()
}

async function returned(): Promise<WeakSet<object>> {
  return new WeakSet()
}

export async function main(): Promise<void> {
  console.log(await holdsSocket())
  console.log(await holdsDeep())
  console.log('turns:', await livesOn())
  await handedOver()
  console.log('result:', await refusal(async () => pthread_join(await pthread_create(null, returned))))
  console.log('alive')
}
