import {
  atoll,
  atomic_fetch_add_i32,
  load_i32,
  MAP_SHARED,
  mmap,
  nanosleep,
  O_RDWR,
  open,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  sched_yield,
  store_i32,
  type Ptr,
} from '@atoll/posix'

const WORDS = PAGE_SIZE / 4

async function write({ at, values }: { at: Ptr; values: readonly number[] }): Promise<void> {
  for (const [i, value] of values.entries()) await store_i32(at + 4 * i, value)
}

/** The last kernel writes to the file's second page, and the process ends without a word, or stays. */
export async function main([, path = '', task = '', ...words]: string[]): Promise<void> {
  const at = await mmap(0, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, await open(path, O_RDWR))
  if (task === 'meet') {
    // Its processes have the same page, or they would wait for each other forever.
    await atomic_fetch_add_i32(at, 1)
    while ((await load_i32(at)) < 2) await sched_yield()
    console.log('met')
    return
  }
  const values = words.map(Number)
  await pthread_join(await pthread_create({ cpus: [atoll.kernels().length - 1] }, write, { at: at + 4 * WORDS, values }))
  console.log('written')
  if (task === 'stay') await nanosleep(1e6)
}
