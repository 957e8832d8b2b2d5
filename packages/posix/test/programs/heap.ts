import {
  aligned_alloc,
  calloc,
  copyin,
  copyout,
  free,
  malloc,
  malloc_usable_size,
  PAGE_SIZE,
  pthread_create,
  pthread_join,
  realloc,
  type Ptr,
} from '@atoll/posix'
import { placed } from './support/mapped.js'
import { refusal } from './support/refusal.js'
import { wander } from './support/wander.js'

interface Block {
  readonly address: Ptr
  readonly size: number
}

/** Sizes from everywhere: a sequence that every thread has its own part of. */
const sizeOf = (seed: number): number => [1, 16, 100, 1000, 5000, 32_768, 40_000][seed % 7] + (seed * 37) % 100

const isApart = (blocks: readonly Block[]): boolean => {
  const sorted = [...blocks].sort((a, b) => a.address - b.address)
  return sorted.every(({ address, size }, i) => i + 1 === sorted.length || address + size <= sorted[i + 1].address)
}

/** Allocates, and frees every third block at once. */
async function allocate(seed: number): Promise<Block[]> {
  const kept: Block[] = []
  for (let i = 0; i < 60; i++) {
    const size = sizeOf(seed * 1000 + i)
    const address = await malloc(size)
    if (i % 3 === 0) await free(address)
    else kept.push({ address, size })
    if (i % 20 === 0) await wander()
  }
  return kept
}

async function release(blocks: readonly Block[]): Promise<number> {
  let usable = 0
  for (const { address, size } of blocks) {
    if ((await malloc_usable_size(address)) >= size) usable++
    await free(address)
  }
  return usable
}

/** Runs a thread per argument, on whatever kernels. */
async function inThreads<A, R>(routine: (argument: A) => Promise<R>, args: readonly A[]): Promise<R[]> {
  const threads = []
  for (const argument of args) threads.push(await pthread_create(null, routine, argument))
  const results: R[] = []
  for (const thread of threads) results.push(await pthread_join<R>(thread))
  return results
}

async function addresses(): Promise<void> {
  const blocks = [await malloc(0), await malloc(0), await malloc(1), await malloc(100_000)]
  console.log('malloc: blocks of 0 bytes have addresses, too:', new Set(blocks).size === 4 && !blocks.includes(0))
  console.log('malloc: blocks are aligned to 16:', blocks.every((address) => address % 16 === 0))
  const sizes = await Promise.all(blocks.map((address) => malloc_usable_size(address)))
  console.log('malloc_usable_size:', sizes.join(' '), await malloc_usable_size(0))
  for (const address of blocks) await free(address)
  await free(0)
  console.log('free: a large block is unmapped:', !(await placed(blocks[3])))
  for (const alignment of [1, 64, 4096, 65_536, 2 ** 21]) {
    const aligned = [await aligned_alloc(alignment, 100), await aligned_alloc(alignment, 50_000)]
    console.log(`aligned_alloc: ${alignment}:`, aligned.every((address) => address % alignment === 0))
    for (const address of aligned) await free(address)
  }
}

async function refusals(): Promise<void> {
  const block = await malloc(100)
  const large = await malloc(100_000)
  const wrong = async (what: string, call: () => Promise<unknown>): Promise<void> => {
    console.log(`${what}:`, await refusal(call))
  }
  await wrong('free: a foreign address', () => free(0x1230))
  await wrong('free: within a block', () => free(block + 16))
  await wrong('free: within a large block', () => free(large + PAGE_SIZE))
  await free(block)
  await free(large)
  await wrong('free: twice', () => free(block))
  await wrong('realloc: of what is free', () => realloc(block, 10))
  await wrong('calloc: too much', () => calloc(2 ** 30, 2 ** 30))
  await wrong('free: a large block twice', () => free(large))
  await wrong('malloc_usable_size: of what is free', () => malloc_usable_size(block))
  await wrong('free: no address', () => free(-1))
  await wrong('malloc: no size', () => malloc(1.5))
  await wrong('malloc: too much', () => malloc(2 ** 50))
  await wrong('malloc: more than there is', () => malloc(2 ** 48))
  await wrong('aligned_alloc: no alignment', () => aligned_alloc(48, 100))
  const named = await free(0x1230).catch((error: unknown) => String(error))
  console.log('free: the error names the address:', String(named).includes('0x1230'))
}

const pattern = (length: number, seed: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i * seed + seed)

async function contents(): Promise<void> {
  const used = await malloc(1000)
  await copyin(used, pattern(1000, 3))
  await free(used)
  const blocks = [await calloc(10, 100), await calloc(1, 5), await calloc(3, 20_000)]
  const bytes = [await copyout(blocks[0], 1000), await copyout(blocks[1], 5), await copyout(blocks[2], 60_000)]
  console.log('calloc: all bytes are zero:', bytes.every((each) => each.every((byte) => byte === 0)))
  for (const address of blocks) await free(address)
  const sizes = [10, 16, 12, 500, 5000, 30_000, 33_000, 300_000, 100_000, 2_000_000, 40_000, 20_000, 100, 0]
  let block = await realloc(0, 7)
  let kept = pattern(7, 5)
  await copyin(block, kept)
  for (const size of sizes) {
    await wander()
    block = await realloc(block, size)
    if (size === 0) break
    kept = kept.subarray(0, size)
    const found = await copyout(block, kept.length)
    if (!found.every((byte, i) => byte === kept[i])) console.log('realloc: contents are lost at', size)
    kept = pattern(size, size % 251)
    await copyin(block, kept)
    if ((await malloc_usable_size(block)) < size) console.log('realloc: too small at', size)
  }
  console.log('realloc: to 0 bytes frees:', block)
}

export async function main(): Promise<number> {
  await addresses()
  await contents()
  await refusals()
  const seeds = [0, 1, 2, 3, 4, 5]
  const parts = await inThreads(allocate, seeds)
  console.log('blocks of all threads are disjoint:', isApart(parts.flat()), parts.flat().length)
  const rotated = seeds.map((seed) => parts[(seed + 1) % seeds.length])
  console.log('freed by other threads:', (await inThreads(release, rotated)).join(' '))
  const again = await refusal(() => free(parts[0][0].address))
  console.log('and not twice:', again.includes('EINVAL'))
  return 0
}
