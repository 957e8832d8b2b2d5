import {
  atomic_fetch_add_i32,
  copyout,
  load_i32,
  MAP_ANONYMOUS,
  MAP_RELEASE,
  MAP_SHARED,
  mmap,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  sched_getaffinity,
  sched_setaffinity,
  sched_yield,
  store_i32,
  view,
} from '@atoll/posix'

const THREADS = 4
const ROUNDS = 40

/** Writes every fourth word of two pages, by a view and by scalars, and walks on now and then. */
async function write({ words, id }: { words: number; id: number }): Promise<number> {
  const cpus = [...(await sched_getaffinity(0))]
  const mine = await view(words, Int32Array, PAGE_SIZE / 2, PROT_READ | PROT_WRITE)
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = id; i < 256; i += THREADS) mine[i] = (mine[i] ?? 0) + 1
    const at = words + PAGE_SIZE + 4 * id
    await store_i32(at, (await load_i32(at)) + 1)
    await atomic_fetch_add_i32(words + 2 * PAGE_SIZE, 1)
    if (round % 10 === 5) await sched_setaffinity(0, [cpus[(id + round) % cpus.length] ?? 0])
    await sched_yield()
  }
  return mine[id] ?? 0
}

export async function main(): Promise<void> {
  const words = await mmap(
    0,
    4 * PAGE_SIZE,
    PROT_READ | PROT_WRITE,
    MAP_SHARED | MAP_ANONYMOUS | MAP_RELEASE,
  )
  await store_i32(words + 3 * PAGE_SIZE, 77)
  const all = new Set<number>()
  for (let round = 0; round < 2; round++) {
    const threads = []
    for (let id = 0; id < THREADS; id++) threads.push(await pthread_create(null, write, { words, id }))
    for (const thread of threads) all.add(await pthread_join<number>(thread))
  }
  const first = new Int32Array((await copyout(words, 1024)).buffer)
  console.log([...all].join(), first.every((word) => word === 2 * ROUNDS))
  for (let id = 0; id < THREADS; id++) console.log(await load_i32(words + PAGE_SIZE + 4 * id))
  console.log(await load_i32(words + 2 * PAGE_SIZE), await load_i32(words + 3 * PAGE_SIZE))
}
