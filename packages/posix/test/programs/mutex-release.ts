import {
  load_i32,
  MAP_ANONYMOUS,
  MAP_RELEASE,
  MAP_SHARED,
  mmap,
  PROT_READ,
  PROT_WRITE,
  pthread_cond_init,
  pthread_cond_signal,
  pthread_cond_wait,
  pthread_create,
  pthread_join,
  pthread_mutex_init,
  pthread_mutex_lock,
  pthread_mutex_unlock,
  sched_setaffinity,
  store_i32,
  sysconf,
  _SC_NPROCESSORS_ONLN,
} from '@atoll/posix'

interface Shared {
  readonly lock: number
  readonly turned: number
  /** Under release consistency: a counter, and whose turn it is. */
  readonly words: number
  readonly id: number
}

const THREADS = 4
const ROUNDS = 30

const stay = (id: number): Promise<void> => sched_setaffinity(0, [id % sysconf(_SC_NPROCESSORS_ONLN)])

/** What the owners before have written is seen by whoever gets the mutex. */
async function count({ lock, words, id }: Shared): Promise<void> {
  await stay(id)
  for (let round = 0; round < ROUNDS; round++) {
    await pthread_mutex_lock(lock)
    await store_i32(words, (await load_i32(words)) + 1)
    await pthread_mutex_unlock(lock)
  }
}

/** What was written before a wait is seen by whoever gets the mutex meanwhile. */
async function alternate({ lock, turned, words, id }: Shared): Promise<void> {
  await stay(id)
  await pthread_mutex_lock(lock)
  for (let round = 0; round < ROUNDS; round++) {
    while ((await load_i32(words + 4)) !== id) await pthread_cond_wait(turned, lock)
    await store_i32(words + 4, 1 - id)
    await pthread_cond_signal(turned)
  }
  await pthread_mutex_unlock(lock)
}

export async function main(): Promise<void> {
  const words = await mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_RELEASE)
  const shared = { lock: pthread_mutex_init(), turned: pthread_cond_init(), words }
  const threads = []
  for (let id = 0; id < THREADS; id++) threads.push(await pthread_create(null, count, { ...shared, id }))
  for (const thread of threads) await pthread_join(thread)
  console.log(await load_i32(words), 'of', THREADS * ROUNDS)
  const pair = []
  for (let id = 0; id < 2; id++) pair.push(await pthread_create(null, alternate, { ...shared, id }))
  for (const thread of pair) await pthread_join(thread)
  console.log('turn of', await load_i32(words + 4))
}
