import {
  nanosleep,
  pthread_cancel,
  pthread_cleanup_pop,
  pthread_cleanup_push,
  pthread_create,
  pthread_exit,
  pthread_join,
  pthread_key_create,
  pthread_self,
  pthread_setspecific,
} from '@atoll/posix'
import { awaitFlag, raise } from './support/flag.js'
import { refusal } from './support/refusal.js'
import { wander } from './support/wander.js'

/** A handler that blocks, and moves. */
async function handler(what: string): Promise<string> {
  await wander()
  await nanosleep(1)
  console.log('handler', what)
  return 'nobody sees this'
}

async function pops(): Promise<void> {
  pthread_cleanup_push(handler, 'a')
  pthread_cleanup_push(handler, 'b')
  pthread_cleanup_push((what) => {
    console.log('plain handler', what)
  }, 'c')
  console.log(await pthread_cleanup_pop(1), await pthread_cleanup_pop(0))
  await wander()
  const popping = pthread_cleanup_pop(true)
  console.log('popped, not awaited yet')
  await popping
  console.log(await refusal(() => pthread_cleanup_pop(0)))
  console.log(await refusal(() => pthread_cleanup_push('no function' as never)))
  pthread_cleanup_push(() => {
    throw new TypeError('from a handler')
  })
  try {
    await pthread_cleanup_pop(1)
  } catch (error) {
    console.log(String(error))
  }
}

async function inner(log: string[]): Promise<void> {
  pthread_cleanup_push((what) => console.log('inner', what, log.push('inner')), 'handler')
  try {
    await wander()
    await raise(pthread_self(), 'ready')
    await nanosleep(3_600_000)
  } finally {
    log.push('finally')
    console.log('finally')
  }
}

async function cancelled(): Promise<void> {
  const key = pthread_key_create((value) => {
    console.log('destructor:', value)
  })
  const log: string[] = []
  pthread_setspecific(key, log)
  pthread_cleanup_push(handler, 'outer')
  await inner(log)
}

/** The form in which a handler runs in its place among `finally` blocks. */
async function inPlace(): Promise<void> {
  try {
    pthread_cleanup_push(handler, 'in its place')
    try {
      await raise(pthread_self(), 'ready')
      await nanosleep(3_600_000)
    } finally {
      await pthread_cleanup_pop(1)
    }
  } finally {
    console.log('finally behind it')
  }
}

async function exits(): Promise<void> {
  pthread_cleanup_push(handler, 'of an exit')
  pthread_cleanup_push(() => pthread_exit('result of a handler'))
  pthread_exit('lost')
}

async function fails(): Promise<void> {
  pthread_cleanup_push(handler, 'that remained')
  pthread_cleanup_push(() => {
    throw new RangeError('a handler failed')
  })
  pthread_exit('lost')
}

async function returns(): Promise<string> {
  pthread_cleanup_push(handler, 'that nobody popped')
  return 'returned'
}

export async function main(): Promise<void> {
  await pops()
  for (const routine of [cancelled, inPlace]) {
    const thread = await pthread_create(null, routine)
    await awaitFlag(thread, 'ready')
    await pthread_cancel(thread)
    console.log(String(await pthread_join(thread)))
  }
  console.log(await pthread_join(await pthread_create(null, exits)))
  try {
    await pthread_join(await pthread_create(null, fails))
  } catch (error) {
    console.log(String(error))
  }
  console.log(await pthread_join(await pthread_create(null, returns)))
}
