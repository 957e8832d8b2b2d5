import {
  free,
  malloc,
  pthread_cond_broadcast,
  pthread_cond_destroy,
  pthread_cond_init,
  pthread_cond_signal,
  pthread_cond_wait,
  pthread_create,
  pthread_join,
  pthread_mutex_destroy,
  pthread_mutex_init,
  pthread_mutex_lock,
  pthread_mutex_unlock,
  load_i32,
  store_i32,
} from '@atoll/posix'
import { wander } from './support/wander.js'

interface Buffer {
  readonly lock: number
  readonly notFull: number
  readonly notEmpty: number
  /** Count, sum taken, items taken: three `i32`. */
  readonly state: number
}

const CAPACITY = 2
const ITEMS = 12

async function producer({ lock, notFull, notEmpty, state }: Buffer): Promise<void> {
  for (let item = 1; item <= ITEMS; item++) {
    await pthread_mutex_lock(lock)
    while ((await load_i32(state)) === CAPACITY) await pthread_cond_wait(notFull, lock)
    await store_i32(state, (await load_i32(state)) + 1)
    await pthread_cond_signal(notEmpty)
    await pthread_mutex_unlock(lock)
    if (item % 4 === 0) await wander()
  }
}

async function consumer({ lock, notFull, notEmpty, state }: Buffer): Promise<number> {
  let taken = 0
  for (;;) {
    await pthread_mutex_lock(lock)
    while ((await load_i32(state)) === 0 && (await load_i32(state + 4)) < 3 * ITEMS) await pthread_cond_wait(notEmpty, lock)
    if ((await load_i32(state)) === 0) {
      await pthread_mutex_unlock(lock)
      return taken
    }
    await store_i32(state, (await load_i32(state)) - 1)
    const all = (await load_i32(state + 4)) + 1
    await store_i32(state + 4, all)
    taken++
    if (all === 3 * ITEMS) await pthread_cond_broadcast(notEmpty)
    else await pthread_cond_signal(notFull)
    await pthread_mutex_unlock(lock)
    if (taken % 5 === 0) await wander()
  }
}

export async function main(): Promise<void> {
  const state = await malloc(8)
  await store_i32(state, 0)
  await store_i32(state + 4, 0)
  const buffer = { lock: pthread_mutex_init(), notFull: pthread_cond_init(), notEmpty: pthread_cond_init(), state }
  const producers = []
  const consumers = []
  for (let i = 0; i < 3; i++) producers.push(await pthread_create(null, producer, buffer))
  for (let i = 0; i < 3; i++) consumers.push(await pthread_create(null, consumer, buffer))
  for (const thread of producers) await pthread_join(thread)
  let taken = 0
  for (const thread of consumers) taken += (await pthread_join(thread)) as number
  console.log(`${taken} items taken, ${await load_i32(state)} left`)
  await pthread_cond_destroy(buffer.notFull)
  await pthread_cond_destroy(buffer.notEmpty)
  await pthread_mutex_destroy(buffer.lock)
  await free(state)
}
