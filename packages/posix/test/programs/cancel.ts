import {
  nanosleep,
  pthread_cancel,
  PTHREAD_CANCEL_DISABLE,
  PTHREAD_CANCEL_ENABLE,
  PTHREAD_CANCELED,
  pthread_create,
  pthread_join,
  pthread_key_create,
  pthread_once,
  pthread_once_init,
  pthread_self,
  pthread_setcancelstate,
  pthread_setspecific,
  pthread_testcancel,
  sched_yield,
  sleep,
  type pthread_once_t,
  type pthread_t,
} from '@atoll/posix'
import { awaitFlag, raise } from './support/flag.js'
import { refusal } from './support/refusal.js'
import { wander } from './support/wander.js'

const HOUR = 3600

/** Awaited directly: a call of its own would be a promise, and awaiting that a cancellation point. */
async function ready(): Promise<void> {
  await raise(pthread_self(), 'ready')
}

/** Cancels a thread that has said that it is ready, and joins it. */
async function end(thread: pthread_t): Promise<unknown> {
  await awaitFlag(thread, 'ready')
  await pthread_cancel(thread)
  return pthread_join(thread)
}

async function innermost(): Promise<void> {
  try {
    await ready()
    await sleep(HOUR)
    console.log('not reached')
  } catch (error) {
    console.log('a catch saw the cancellation:', error)
  } finally {
    await wander()
    console.log('innermost finally')
  }
}

async function deep(): Promise<string> {
  const key = pthread_key_create((value) => {
    console.log('destructor of', value)
  })
  pthread_setspecific(key, 'data')
  try {
    await innermost()
  } catch {
    console.log('a catch without a binding saw the cancellation')
  } finally {
    await nanosleep(1) // is not cancelled again
    console.log('outermost finally')
  }
  return 'not reached'
}

async function sleeper(): Promise<string> {
  await ready()
  await nanosleep(HOUR * 1000)
  return 'overslept'
}

async function waiter(target: pthread_t): Promise<unknown> {
  await ready()
  return pthread_join(target)
}

async function slow(): Promise<string> {
  await awaitFlag(pthread_self(), 'go on')
  return "the target's own result"
}

async function foreign(): Promise<void> {
  await ready()
  try {
    await new Promise((resolve) => setTimeout(resolve, HOUR * 1000).unref())
  } finally {
    await wander() // the promise does not hold it any more
    console.log('finally after a foreign promise')
  }
}

/** Its promise is rejected when nobody awaits it any more. */
async function abandoning(when: 'before' | 'meanwhile'): Promise<void> {
  if (when === 'before') await pthread_cancel(pthread_self())
  else await ready()
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<never>((_resolve, rejectIt) => {
    reject = rejectIt
  })
  try {
    await promise
  } finally {
    setTimeout(reject, 2, new Error('nobody hears of this'))
  }
}

async function stubborn(): Promise<string> {
  console.log('state before:', pthread_setcancelstate(PTHREAD_CANCEL_DISABLE) === PTHREAD_CANCEL_ENABLE)
  await ready()
  await awaitFlag(pthread_self(), 'cancelled')
  await wander()
  await nanosleep(1)
  pthread_testcancel()
  console.log('disabled: nothing has happened')
  console.log('state before:', pthread_setcancelstate(PTHREAD_CANCEL_ENABLE) === PTHREAD_CANCEL_DISABLE)
  await sched_yield()
  console.log('enabled: no cancellation point yet')
  try {
    pthread_testcancel()
  } finally {
    console.log('a cancellation point')
  }
  return 'not reached'
}

async function disobedient(): Promise<string> {
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE)
  await ready()
  await awaitFlag(pthread_self(), 'cancelled')
  return 'its own result'
}

async function unready(): Promise<string> {
  console.log('begun, though cancelled')
  pthread_testcancel()
  return 'not reached'
}

async function routine(control: pthread_once_t): Promise<void> {
  await pthread_once(control, async () => {
    await ready()
    await sleep(HOUR)
  })
}

async function replacing(): Promise<void> {
  await ready()
  try {
    await sleep(HOUR)
  } finally {
    throw new RangeError('from finally')
  }
}

async function selfish(): Promise<void> {
  await pthread_cancel(pthread_self())
  console.log('cancelled, but at no cancellation point')
  await wander()
  await nanosleep(0)
  console.log('not reached')
}

/** In words: what the promise is settled with. */
async function settled(promise: Promise<unknown>): Promise<string> {
  try {
    return String(await promise)
  } catch (error) {
    return String(error)
  }
}

export async function main(): Promise<void> {
  console.log((await end(await pthread_create(null, deep))) === PTHREAD_CANCELED)
  console.log(String(await end(await pthread_create(null, sleeper))))

  const target = await pthread_create(null, slow)
  console.log(String(await end(await pthread_create(null, waiter, target))))
  await raise(target, 'go on')
  console.log(await pthread_join(target))

  console.log(String(await end(await pthread_create(null, foreign))))
  console.log(String(await pthread_join(await pthread_create(null, abandoning, 'before'))))
  const awaiting = await pthread_create(null, abandoning, 'meanwhile')
  await awaitFlag(awaiting, 'ready')
  await pthread_cancel(awaiting)
  const ending = await settled(pthread_join(awaiting))
  console.log(['Symbol(PTHREAD_CANCELED)', 'Error: nobody hears of this'].includes(ending))
  await nanosleep(5)

  const held = await pthread_create(null, stubborn)
  await awaitFlag(held, 'ready')
  await pthread_cancel(held)
  await pthread_cancel(held)
  await raise(held, 'cancelled')
  console.log(String(await pthread_join(held)))

  const never = await pthread_create(null, disobedient)
  await awaitFlag(never, 'ready')
  await pthread_cancel(never)
  await raise(never, 'cancelled')
  console.log(await pthread_join(never))

  const control = pthread_once_init()
  console.log(String(await end(await pthread_create(null, routine, control))))
  await pthread_once(control, () => {
    console.log('a cancelled routine has not been run')
  })

  try {
    await end(await pthread_create(null, replacing))
  } catch (error) {
    console.log(String(error))
  }
  console.log(String(await pthread_join(await pthread_create(null, selfish))))

  const fresh = await pthread_create(null, unready)
  const cancelling = refusal(() => pthread_cancel(fresh)) // it may have ended by now
  console.log(typeof (await cancelling), ['not reached', PTHREAD_CANCELED].includes(await pthread_join(fresh)))

  const ended = await pthread_create(null, () => 'done')
  console.log(await pthread_join(ended))
  console.log(await refusal(() => pthread_cancel(ended)))
  console.log(await refusal(() => pthread_cancel(999_999)))
  console.log(await refusal(() => pthread_cancel(-1 as pthread_t)))
  console.log(await refusal(() => pthread_setcancelstate(7)))
}
