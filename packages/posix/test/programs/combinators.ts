// Several calls awaited at once are stacks of one thread, and go where it goes.
import { atoll, nanosleep, pthread_create, pthread_join, sched_yield } from '@atoll/posix'

async function wander(): Promise<void> {
  const kernels = atoll.kernels()
  await atoll.migrate(kernels[(atoll.here().cpu + 1) % kernels.length].kernel)
}

async function square(n: number): Promise<number> {
  for (let turn = 0; turn < n; turn++) await sched_yield()
  return n * n
}

async function failing(message: string, turns = 2): Promise<never> {
  for (let turn = 0; turn < turns; turn++) await sched_yield()
  throw new RangeError(message)
}

async function never(): Promise<void> {
  await nanosleep({ sec: 1_000_000, nsec: 0 })
}

async function told(what: string, outcome: Promise<unknown>): Promise<void> {
  try {
    console.log(what, JSON.stringify(await outcome))
  } catch (error) {
    const errors = error instanceof AggregateError ? ` of ${error.errors.map(String).join(' and ')}` : ''
    console.log(what, `throws ${String(error)}${errors}`)
  }
}

/** The main stack moves while it waits for others, which wait for their turns. */
async function moved(): Promise<void> {
  const all = Promise.all([square(5), square(1), 7, square(3)])
  const first = Promise.race([never(), square(4), square(2)])
  await wander()
  const settled = Promise.allSettled([square(2), failing('one of three'), 'value'])
  const any = Promise.any([failing('not this'), square(3)])
  await wander()
  console.log('pinned by waiting for its own stacks:', await atoll.pinned())
  await told('all', all)
  await told('race', first)
  await wander()
  await told('allSettled', settled)
  await told('any', any)
}

/** A stack moves the thread while another waits for it and its like. */
async function moving(): Promise<void> {
  const shared = { steps: 0 }
  const step = async (n: number): Promise<number> => {
    await wander()
    shared.steps++
    return n
  }
  console.log('moving', await Promise.all([step(1), step(2), step(3)]), shared.steps)
}

async function edges(): Promise<void> {
  await told('all of none', Promise.all([]))
  await told('any of none', Promise.any([]))
  await told('allSettled of none', Promise.allSettled([]))
  const twice = square(2)
  await told('one twice', Promise.all([twice, twice]))
  const done = square(1)
  await done
  await told('done before', Promise.race([square(3), done]))
  await told('values only', Promise.race(['first', 'second']))
  await told('first failure', Promise.all([square(6), failing('late', 4), failing('early', 1)]))
  await told('all fail', Promise.any([failing('a', 3), failing('b', 1)]))
  await told('nested', Promise.all([Promise.all([square(1), square(2)]), Promise.race([square(3)])]))
  await told('not iterable', (async () => Promise.all(5 as never))())
  await told('an iterable', Promise.all(new Set([square(2), square(3)])))
  await told('foreign', Promise.all([Promise.resolve('native'), square(2)]))
  const mine = Promise.all([square(1)])
  console.log('a promise:', mine instanceof Promise, await mine.then((values) => values.length))
}

async function pins(): Promise<void> {
  console.log('free:', await atoll.pinned())
  atoll.pin()
  console.log('pinned:', /it is pinned/.test((await atoll.pinned()) ?? ''))
  atoll.unpin()
  const foreign = { promise: new Promise(() => undefined) }
  const reason = (await atoll.pinned()) ?? ''
  console.log('holds a promise:', /foreign\.promise/.test(reason), /combinators\.ts/.test(reason), typeof foreign.promise)
}

export async function main(): Promise<void> {
  await moved()
  await moving()
  await edges()
  await pins()
  console.log('in a thread:', await pthread_join(await pthread_create(null, async () => Promise.all([square(2), square(3)]))))
}
