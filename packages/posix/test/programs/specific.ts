import {
  PTHREAD_DESTRUCTOR_ITERATIONS,
  nanosleep,
  pthread_create,
  pthread_exit,
  pthread_getspecific,
  pthread_join,
  pthread_key_create,
  pthread_key_delete,
  pthread_self,
  pthread_setspecific,
  type pthread_key_t,
} from '@atoll/posix'
import { wander } from './support/wander.js'

const say = (value: unknown): void => {
  console.log('destroyed:', value)
}

async function sayAfterAMove(value: unknown): Promise<void> {
  await wander()
  console.log('destroyed slowly, by its thread:', (value as { owner: number }).owner === pthread_self())
}

/** Values are each thread's own, follow it, and are destroyed in its end. */
async function owner({ plain, slow }: { plain: pthread_key_t; slow: pthread_key_t }): Promise<string> {
  console.log('unset:', pthread_getspecific(plain))
  const value = { owner: pthread_self() }
  pthread_setspecific(plain, 'first')
  pthread_setspecific(slow, value)
  await wander()
  console.log('followed:', pthread_getspecific(plain), pthread_getspecific(slow) === value)
  pthread_setspecific(plain, 'second')
  await wander()
  return pthread_getspecific(plain) as string
}

/** A destructor may set values again, its own and others': POSIX allows some rounds of that, then drops them. */
async function stubborn(): Promise<void> {
  let rounds = 0
  const other = pthread_key_create((value) => {
    console.log('set by another destructor:', value)
  })
  const key = pthread_key_create((value) => {
    console.log('round', value, 'cleared:', pthread_getspecific(key) === undefined)
    pthread_setspecific(key, (value as number) + 1)
    if (value === 1) pthread_setspecific(other, 'late')
  })
  pthread_setspecific(key, ++rounds)
  await wander()
}

async function nullish(key: pthread_key_t): Promise<void> {
  pthread_setspecific(key, undefined)
  await wander()
  pthread_setspecific(key, null)
}

async function exits(key: pthread_key_t): Promise<void> {
  pthread_setspecific(key, 'of a thread that exits')
  await nanosleep(1)
  pthread_exit('exited')
}

async function throws(key: pthread_key_t): Promise<void> {
  pthread_setspecific(key, 'of a thread that throws')
  await wander()
  throw new Error('thrown')
}

/** The key is made by a thread that may be on another kernel, and used by one that never was there. */
async function makesKey(): Promise<pthread_key_t> {
  await wander()
  return pthread_key_create(say)
}

async function deletes(): Promise<string> {
  const key = pthread_key_create(say)
  pthread_setspecific(key, 'never destroyed')
  pthread_key_delete(key)
  return 'deleted'
}

export async function main(): Promise<void> {
  const plain = pthread_key_create(say)
  const slow = pthread_key_create(sayAfterAMove)
  const none = pthread_key_create()
  console.log('different keys:', new Set([plain, slow, none]).size)
  pthread_setspecific(plain, "main's own: not destroyed by exit")
  console.log(await pthread_join(await pthread_create(null, owner, { plain, slow })))
  console.log('unchanged:', pthread_getspecific(plain))
  await pthread_join(await pthread_create(null, stubborn))
  console.log('at most', PTHREAD_DESTRUCTOR_ITERATIONS, 'rounds')
  await pthread_join(await pthread_create(null, nullish, plain))
  console.log(await pthread_join(await pthread_create(null, exits, plain)))
  try {
    await pthread_join(await pthread_create(null, throws, plain))
  } catch (error) {
    console.log(String(error))
  }
  const foreign = await pthread_join<pthread_key_t>(await pthread_create(null, makesKey))
  console.log(await pthread_join(await pthread_create(null, exits, foreign)))
  console.log(await pthread_join(await pthread_create(null, exits, none)))
  console.log(await pthread_join(await pthread_create(null, deletes)))
}
