import { nanosleep, pthread_create, pthread_exit, pthread_join, pthread_self, sched_yield } from '@atoll/posix'
import { refusal } from './support/refusal.js'
import { wander } from './support/wander.js'

async function square(n: number): Promise<number> {
  await wander()
  return n * n
}

/** For those whose promise the host awaits: the thread stays meanwhile. */
async function squareHere(n: number): Promise<number> {
  await sched_yield()
  return n * n
}

async function failing(what: string): Promise<never> {
  await sched_yield()
  throw new Error(what)
}

class Counter {
  count = 0
  async add(n: number): Promise<number> {
    await wander()
    this.count += n
    await sched_yield()
    return this.count
  }
}

/** Promises that are awaited later, in another order; the stacks move together meanwhile. */
async function later(): Promise<void> {
  const first = square(3)
  const second = square(4)
  await wander()
  await nanosleep(1)
  console.log('later:', await second, await first, await first)
}

/** Promises in data, still running when their thread moves. */
async function inData(): Promise<void> {
  const work = new Map<string, Promise<number>>()
  for (const n of [1, 2, 3]) work.set(`square ${n}`, square(n))
  await wander()
  for (const [name, promise] of work) console.log(name, await promise)
}

/** Ended before anybody awaits it, and then taken along. */
async function ended(): Promise<void> {
  const value = (async () => ({ of: 'an ended fiber' }))()
  const error = failing('kept for later')
  error.catch(() => undefined)
  await nanosleep(2)
  await wander()
  console.log(await value, (await value) === (await value))
  try {
    await error
  } catch (caught) {
    console.log(String(caught))
  }
}

/** What fibers of one thread share, they share. */
async function sharing(): Promise<void> {
  const counter = new Counter()
  const adding = [counter.add(1), counter.add(10), counter.add(100)]
  await wander()
  for (const each of adding) await each
  console.log('shared:', counter.count)
  let captured = 0
  const increment = async (): Promise<void> => {
    await wander()
    captured++
  }
  const [a, b] = [increment(), increment()]
  await a
  await b
  console.log('captured:', captured)
}

async function combinators(): Promise<void> {
  console.log('all:', await Promise.all([squareHere(1), squareHere(2), 3, squareHere(4)]))
  console.log('settled:', (await Promise.allSettled([squareHere(5), failing('no')])).map(({ status }) => status))
  console.log('any:', await Promise.any([failing('not this'), squareHere(6)]))
  console.log('then:', await squareHere(7).then((n) => n + 1))
  try {
    await Promise.all([squareHere(1), failing('one of all')])
  } catch (error) {
    console.log(String(error))
  }
}

/** Whether anybody awaits its promise or not, what a callback does has happened. */
async function callbacks(): Promise<void> {
  const done: string[] = []
  const chained = squareHere(8).then((n) => done.push(`square ${n}`))
  await nanosleep(1)
  await chained
  console.log('callback:', done)
}

async function nested(depth: number): Promise<number> {
  if (depth === 0) return 1
  const [left, right] = [nested(depth - 1), nested(depth - 1)]
  await wander()
  return (await left) + (await right)
}

async function inThread(): Promise<string> {
  const self = pthread_self()
  const fiber = (async () => {
    await wander()
    return pthread_self() === self
  })()
  const refused = (async () => refusal(() => pthread_exit('from a fiber')))()
  return `same thread: ${await fiber}, ${await refused}`
}

export async function main(): Promise<void> {
  await later()
  await inData()
  await ended()
  await sharing()
  await combinators()
  await callbacks()
  console.log('nested:', await nested(4))
  console.log(await pthread_join(await pthread_create(null, inThread)))
  console.log(await Promise.all([1, 2, 3].map(squareHere)))
  const thread = pthread_create(null, square, 9)
  console.log('an API call as a fiber:', await pthread_join(await thread))
  const promise = slow()
  console.log(Object.getPrototypeOf(promise) === Promise.prototype, Object.keys(promise), await promise)
}

async function slow(): Promise<string> {
  await sched_yield()
  return 'native to look at'
}
