import {
  load_i32,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_RELEASE,
  MAP_SHARED,
  mmap,
  munmap,
  nanosleep,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  sched_yield,
  store_i32,
  view,
  type Ptr,
} from '@atoll/posix'

const RW = PROT_READ | PROT_WRITE
const ANONYMOUS = MAP_SHARED | MAP_ANONYMOUS
const SOON_MS = 1

/** Writes by a view until what it shows is not mapped any more. */
async function write(at: Ptr): Promise<string> {
  try {
    const words = await view(at, Int32Array, PAGE_SIZE / 2, RW)
    for (;;) {
      words[0] = (words[0] ?? 0) + 1
      if (Math.random() < 0.3) await nanosleep(Math.random() * 0.3)
      else await sched_yield()
    }
  } catch (error) {
    return (error as { signal: string }).signal
  }
}

/** Unmaps what other kernels have views of, pages of which go to and fro. */
async function unmapViewed(): Promise<string> {
  const at = await mmap(0, 2 * PAGE_SIZE, RW, ANONYMOUS)
  const writers = [await pthread_create({ cpus: [1] }, write, at), await pthread_create({ cpus: [2] }, write, at)]
  await nanosleep(Math.random() * SOON_MS + SOON_MS)
  await munmap(at, 2 * PAGE_SIZE)
  const ends = []
  for (const writer of writers) ends.push(await pthread_join<string>(writer))
  return ends.join()
}

async function access(at: Ptr): Promise<number> {
  for (let i = 0; i < 30; i++) {
    await store_i32(at, i)
    if (i % 4 === 3) await sched_yield()
  }
  return 1
}

/** Replaces what other kernels access. */
async function replaceAccessed(): Promise<string> {
  const at = await mmap(0, PAGE_SIZE, RW, ANONYMOUS)
  const threads = []
  for (const cpu of [1, 2, 1, 2]) threads.push(await pthread_create({ cpus: [cpu] }, access, at))
  for (let i = 0; i < 6; i++) await mmap(at, PAGE_SIZE, RW, ANONYMOUS | MAP_FIXED)
  let ended = 0
  for (const thread of threads) ended += await pthread_join<number>(thread)
  await load_i32(at)
  return `${ended} ended`
}

async function touch(at: Ptr): Promise<number> {
  return load_i32(at)
}

/** Unmaps what was written under release consistency, and synchronizes. */
async function unmapWritten(): Promise<string> {
  const at = await mmap(0, PAGE_SIZE, RW, ANONYMOUS | MAP_RELEASE)
  await store_i32(at, 1)
  await pthread_join(await pthread_create({ cpus: [1] }, touch, at)) // now it can only be read here
  await store_i32(at, 2)
  await munmap(at, PAGE_SIZE)
  const other = await mmap(0, PAGE_SIZE, RW, ANONYMOUS)
  return String(await pthread_join<number>(await pthread_create({ cpus: [1] }, touch, other)))
}

export async function main(): Promise<void> {
  console.log(await unmapWritten(), await unmapViewed(), await replaceAccessed())
}
