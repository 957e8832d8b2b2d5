import { nanosleep, pthread_create, pthread_join, pthread_self } from '@atoll/posix'
import { setTimeout as hostDelay } from 'node:timers/promises'
import { wander } from './support/wander.js'

const delay = <T>(ms: number, value: T): Promise<T> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms, value)
  })

/** Callbacks share variables with the thread, which therefore waits for them where they will come. */
async function sharing(): Promise<void> {
  const order: string[] = []
  // In the order in which they are due, however long it takes to set them.
  setImmediate(() => order.push('at once'))
  setTimeout(() => order.push('sooner'), 1)
  setTimeout(() => order.push('later'), 4)
  const never = setTimeout(() => order.push('never'), 1000)
  clearTimeout(never)
  await nanosleep(30)
  while (order.length < 3) await nanosleep(1)
  await wander()
  console.log(order)
}

async function intervals(): Promise<void> {
  let ticks = 0
  await new Promise<void>((resolve) => {
    const interval = setInterval(() => {
      if (++ticks < 3) return
      clearInterval(interval)
      resolve()
    }, 1)
  })
  await nanosleep(5)
  await wander()
  console.log('ticks:', ticks)
}

/** A callback runs as a fiber of the main thread: it may call the API, and be awaited by nobody. */
async function callbacks(): Promise<void> {
  const self = pthread_self()
  const results: unknown[] = []
  const done = new Promise<void>((resolve) => {
    setTimeout(async (...args: unknown[]) => {
      await nanosleep(1)
      results.push(pthread_self() === self, ...args)
      results.push(await pthread_join(await pthread_create(null, (n: number) => n + 1, 41)))
      resolve()
    }, 1, 'an', 'argument')
  })
  await done
  console.log(results)
}

export async function main(): Promise<void> {
  console.log(await delay(2, 'after a while'))
  await wander()
  await sharing()
  await intervals()
  await callbacks()
  console.log(await Promise.race([delay(3_600_000, 'an hour'), delay(1, 'the shorter')]))
  console.log('the host has timers too:', await hostDelay(1, 'waited'))
  const inThread = await pthread_create(null, async (ms: number) => {
    await wander()
    return delay(ms, 'in a thread')
  }, 1)
  console.log(await pthread_join(inThread))
  // The hour's timer is still pending: the process ends all the same.
}
