import {
  MAP_ANONYMOUS,
  MAP_SHARED,
  mmap,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  pthread_mutex_init,
  pthread_mutex_lock,
  pthread_mutex_unlock,
  sched_setaffinity,
  sysconf,
  view,
  _SC_NPROCESSORS_ONLN,
} from '@atoll/posix'

// Eight threads count to 8000 in one word, each on two kernels: a mutex makes it right, wherever they are.

const THREADS = 8
const ROUNDS = 1000

async function worker({ lock, total, id }: { lock: number; total: number; id: number }): Promise<number> {
  const sum = await view(total, Float64Array, 1, PROT_READ | PROT_WRITE)
  for (let round = 0; round < ROUNDS; round++) {
    // walks to another kernel, in mid-loop
    if (round === ROUNDS / 2) await sched_setaffinity(0, [(id + 1) % sysconf(_SC_NPROCESSORS_ONLN)])
    await pthread_mutex_lock(lock)
    sum[0] = (sum[0] ?? 0) + 1
    await pthread_mutex_unlock(lock)
  }
  return id
}

/** Prints 8000, on any backend, with any number of kernels. */
export async function main(): Promise<number> {
  const lock = pthread_mutex_init()
  const total = await mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS)
  const threads = []
  for (let id = 0; id < THREADS; id++) threads.push(await pthread_create(null, worker, { lock, total, id }))
  for (const thread of threads) await pthread_join(thread)
  console.log((await view(total, Float64Array, 1))[0])
  return 0
}
