// What several promises are awaited for may be decided before all of them have settled: what the others do then is nobody's error.
import { atoll, nanosleep, pthread_cancel, pthread_create, pthread_join, pthread_self, sched_yield } from '@atoll/posix'

/** A promise of the host's own, which is rejected later. */
const rejectedLater = (message: string): Promise<never> =>
  new Promise((_resolve, reject) => setTimeout(() => reject(new Error(message)), 5))

async function failing(message: string): Promise<never> {
  await sched_yield()
  throw new RangeError(message)
}

async function told(what: string, outcome: Promise<unknown>): Promise<void> {
  try {
    console.log(what, JSON.stringify(await outcome))
  } catch (error) {
    console.log(what, `throws ${String(error)}`)
  }
}

/** Decided at once, by what has settled before. */
async function atOnce(): Promise<void> {
  const failed = failing('before')
  await told('failed', failed)
  await told('race', (async () => Promise.race(['at hand', rejectedLater('race')]))())
  await told('any', (async () => Promise.any([rejectedLater('any'), 'at hand']))())
  await told('all', (async () => Promise.all([failed, rejectedLater('all'), failing('after')]))())
  console.log('awaited:', await Promise.race([1, rejectedLater('awaited')]))
}

async function slow(ms: number): Promise<number> {
  await nanosleep(ms)
  return ms
}

/** Decided by the first: the others end when the thread waits for something else, and when it waits for them again. */
async function outrun(): Promise<void> {
  let isOpen = false
  const gated = async (): Promise<string> => {
    while (!isOpen) await sched_yield()
    return 'gated'
  }
  console.log('first:', await Promise.race([gated(), slow(0.5)]))
  isOpen = true
  await nanosleep(1)
  isOpen = false
  const [a, b] = [gated(), slow(0.5)]
  console.log('any:', await Promise.any([a, b]))
  isOpen = true
  console.log('all:', await Promise.all([a, b, slow(1)]))
}

/** A call that goes on though nobody waits for it any more does not hold its thread. */
async function free(): Promise<string | null> {
  const done = sched_yield()
  await done
  await Promise.race([done, nanosleep(50)])
  return atoll.pinned()
}

/** Decided by a cancellation that was pending. */
async function cancelled(): Promise<void> {
  await pthread_cancel(pthread_self())
  await Promise.all([rejectedLater('cancelled'), failing('cancelled')])
}

/** Decided by a cancellation that comes while it waits. */
async function cancelledLater(): Promise<void> {
  let reject: (error: Error) => void = () => undefined
  const rejected = new Promise<never>((_resolve, rejectIt) => (reject = rejectIt))
  try {
    await Promise.all([rejected, nanosleep({ sec: 1_000_000, nsec: 0 })])
  } finally {
    reject(new Error('cancelled later'))
  }
}

export async function main(): Promise<void> {
  await atOnce()
  await outrun()
  console.log('held:', await pthread_join(await pthread_create(null, free)))
  console.log(String(await pthread_join(await pthread_create(null, cancelled))))
  const thread = await pthread_create(null, cancelledLater)
  await pthread_cancel(thread)
  console.log(String(await pthread_join(thread)))
  await nanosleep({ sec: 0, nsec: 20_000_000 })
  console.log('nothing else happened on', atoll.kernels().length > 0 ? 'any kernel' : 'none')
}
