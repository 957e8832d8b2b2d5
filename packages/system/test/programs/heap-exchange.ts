import {
  atoll,
  copyin,
  copyout,
  free,
  malloc,
  malloc_usable_size,
  nanosleep,
  pthread_create,
  pthread_join,
  realloc,
  type Ptr,
} from '@atoll/posix'

interface Block {
  readonly address: Ptr
  readonly bytes: Uint8Array
}

const SIZES = [3, 16, 40, 200, 1500, 9000, 33_000]

/** What it holds says whose it is: a block that overlapped another would lose it. */
async function allocate(thread: number, i: number): Promise<Block> {
  const size = SIZES[(thread + i) % SIZES.length] as number
  const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 7 + thread * 31 + i) % 251)
  const address = await malloc(size)
  await copyin(address, bytes)
  return { address, bytes }
}

async function check({ address, bytes }: Block): Promise<void> {
  const found = await copyout(address, bytes.length)
  if (!found.every((byte, at) => byte === bytes[at])) console.log('lost what was in a block of', bytes.length)
  if ((await malloc_usable_size(address)) < bytes.length) console.log('too small for', bytes.length)
}

/** Allocates on one kernel after the other, frees some, resizes some, keeps the rest. */
async function work(thread: number): Promise<Block[]> {
  const kept: Block[] = []
  const kernels = atoll.kernels().length
  for (let i = 0; i < 12; i++) {
    const block = await allocate(thread, i)
    if (i % 4 === 0) await atoll.migrate(((thread + i) % kernels) + 1)
    await check(block)
    if (i % 3 === 0) await free(block.address)
    else if (i % 3 === 1) kept.push(block)
    else {
      const half = block.bytes.subarray(0, (block.bytes.length + 1) / 2)
      kept.push({ address: await realloc(block.address, half.length), bytes: half })
    }
  }
  return kept
}

async function release(blocks: readonly Block[]): Promise<void> {
  for (const block of blocks) {
    await check(block)
    await free(block.address)
  }
}

/** Threads on all kernels allocate; others free. */
export async function main(): Promise<void> {
  const threads = []
  for (let i = 0; i < 4; i++) threads.push(await pthread_create(null, work, i))
  const releasing = []
  for (const thread of threads) releasing.push(await pthread_create(null, release, await pthread_join<Block[]>(thread)))
  for (const thread of releasing) await pthread_join(thread)
  console.log('all freed')
  await nanosleep(1000)
}
