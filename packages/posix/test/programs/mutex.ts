import {
  mmap,
  MAP_ANONYMOUS,
  MAP_SHARED,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  pthread_mutex_destroy,
  pthread_mutex_init,
  pthread_mutex_lock,
  pthread_mutex_unlock,
  sched_setaffinity,
  sysconf,
  view,
  _SC_NPROCESSORS_ONLN,
} from '@atoll/posix'

const WORKERS = 6
const ROUNDS = 40

async function worker({ lock, total, id }: { lock: number; total: number; id: number }): Promise<number> {
  const sum = await view(total, Float64Array, 1, PROT_READ | PROT_WRITE)
  for (let round = 0; round < ROUNDS; round++) {
    // walk to another kernel, in mid-loop: now without the lock, now with it
    if (round === 10) await sched_setaffinity(0, [(id + 1) % sysconf(_SC_NPROCESSORS_ONLN)])
    await pthread_mutex_lock(lock)
    const before = sum[0]
    if (round === 20) await sched_setaffinity(0, [(id + 2) % sysconf(_SC_NPROCESSORS_ONLN)])
    await null
    sum[0] = before + 1
    await pthread_mutex_unlock(lock)
  }
  return id
}

export async function main(): Promise<number> {
  const lock = pthread_mutex_init()
  const total = await mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS)
  const threads = []
  for (let id = 0; id < WORKERS; id++) threads.push(await pthread_create(null, worker, { lock, total, id }))
  for (const thread of threads) await pthread_join(thread)
  console.log((await view(total, Float64Array, 1))[0], 'of', WORKERS * ROUNDS)
  await pthread_mutex_destroy(lock)
  return 0
}
