import {
  aligned_alloc,
  array,
  calloc,
  copyin,
  copyout,
  f32,
  f64,
  free,
  i16,
  i32,
  i64,
  load_f64,
  load_i32,
  malloc,
  malloc_usable_size,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  ptr,
  realloc,
  store_i32,
  struct,
  u8,
  type Ptr,
} from '@atoll/posix'
import { placed } from './support/mapped.js'
import { check, equal, faults, refused } from './support/statements.js'
import { wander } from './support/wander.js'

/** More than arenas serve: mapped by itself. */
const LARGE = 100_000

const Point = struct({ x: f64, y: f64 })

const statements = {
  'malloc: gives memory that can be written and read on every kernel': async () => {
    for (const size of [1, 100, 5000, LARGE]) {
      const block = await malloc(size)
      await copyin(block, new Uint8Array(size).fill(7))
      await wander()
      equal((await copyout(block, size)).every((byte) => byte === 7), true)
      await free(block)
    }
  },
  'malloc: blocks do not overlap': async () => {
    const blocks = []
    for (let i = 0; i < 20; i++) blocks.push(await malloc(24))
    blocks.sort((a, b) => a - b)
    for (let i = 1; i < blocks.length; i++) equal(blocks[i] - blocks[i - 1] >= 24, true)
    for (const block of blocks) await free(block)
  },
  'malloc: blocks are aligned for every type': async () => {
    for (const size of [1, 3, 17, 1000, LARGE]) equal((await malloc(size)) % 16, 0)
  },
  'malloc: of 0 bytes gives an address that nobody else has, and that can be freed': async () => {
    const blocks = [await malloc(0), await malloc(0)]
    equal(blocks[0] === blocks[1] || blocks.includes(0), false)
    for (const block of blocks) await free(block)
  },
  'malloc: fails with ENOMEM for more than there is': () => refused('ENOMEM', () => malloc(2 ** 48)),
  'malloc: fails with EINVAL for what is no number of bytes': async () => {
    await refused('EINVAL', () => malloc(-1))
    await refused('EINVAL', () => malloc(1.5))
  },
  'calloc: all bytes are zero, also where freed blocks were': async () => {
    const used = await malloc(1000)
    await copyin(used, new Uint8Array(1000).fill(9))
    await free(used)
    for (const [count, size] of [
      [10, 100],
      [3, 1],
      [4, LARGE],
    ]) {
      const block = await calloc(count, size)
      equal((await copyout(block, count * size)).every((byte) => byte === 0), true)
      await free(block)
    }
  },
  'calloc: fails with ENOMEM if the product is more than there is': () =>
    refused('ENOMEM', () => calloc(2 ** 40, 2 ** 40)),
  'realloc: what fits of the old content is at the new address': async () => {
    let block = await malloc(10)
    await copyin(block, Uint8Array.from({ length: 10 }, (_, i) => i))
    for (const size of [1000, LARGE, 3 * LARGE, 5]) {
      await wander()
      block = await realloc(block, size)
      equal((await copyout(block, 5)).join(' '), '0 1 2 3 4')
    }
    await free(block)
  },
  'realloc: of address 0 allocates': async () => {
    const block = await realloc(0, 50)
    equal((await malloc_usable_size(block)) >= 50, true)
    await free(block)
  },
  'realloc: to 0 bytes frees': async () => {
    const block = await malloc(50)
    equal(await realloc(block, 0), 0)
    await refused('EINVAL', () => free(block))
  },
  'realloc: fails with ENOMEM for more than there is, and the block stays as it was': async () => {
    const block = await malloc(8)
    await store_i32(block, 6)
    await refused('ENOMEM', () => realloc(block, 2 ** 48))
    equal(await load_i32(block), 6)
    await free(block)
  },
  'realloc: fails with EINVAL where no block begins': async () => {
    const block = await malloc(64)
    await refused('EINVAL', () => realloc(block + 16, 100))
    await free(block)
  },
  'aligned_alloc: the address is a multiple of the alignment': async () => {
    for (const alignment of [1, 32, PAGE_SIZE, 2 ** 20]) {
      for (const size of [10, LARGE]) {
        const block = await aligned_alloc(alignment, size)
        equal(block % alignment, 0)
        await free(block)
      }
    }
  },
  'aligned_alloc: fails with EINVAL for an alignment that is no power of two': async () => {
    await refused('EINVAL', () => aligned_alloc(24, 48))
    await refused('EINVAL', () => aligned_alloc(0, 48))
  },
  'free: of address 0 does nothing': () => free(0),
  'free: the memory can be allocated again': async () => {
    const addresses = new Set<Ptr>()
    for (let round = 0; round < 60; round++) {
      const block = await malloc(48)
      addresses.add(block)
      await free(block)
    }
    equal(addresses.size < 20, true) // a few on each kernel, where the thread is moved
  },
  'free: a large block is unmapped': async () => {
    const block = await malloc(LARGE)
    await free(block)
    equal(await placed(block), false)
  },
  'free: any thread on any kernel may free any block': async () => {
    const blocks = await pthread_join<Ptr[]>(await pthread_create(null, allocateElsewhere, 5))
    for (const block of blocks) {
      await free(block)
      await wander()
    }
    for (const block of blocks) await refused('EINVAL', () => free(block))
  },
  'free: fails with EINVAL where no block begins, and for one that is free': async () => {
    const block = await malloc(64)
    await refused('EINVAL', () => free(block + 16))
    await refused('EINVAL', () => free(0x1230))
    await free(block)
    await refused('EINVAL', () => free(block))
  },
  'malloc_usable_size: is at least what was asked for, and all of it can be used': async () => {
    for (const size of [1, 100, LARGE]) {
      const block = await malloc(size)
      const usable = await malloc_usable_size(block)
      equal(usable >= size, true)
      await copyin(block, new Uint8Array(usable))
      await free(block)
    }
    equal(await malloc_usable_size(0), 0)
  },
  'struct: fields lie as C lays them out': async () => {
    const S = struct({ a: u8, b: i32, c: u8, d: i64, e: array(i16, 3), f: struct({ g: u8, h: f32 }), next: ptr })
    const offsets = [S.offsetOf('b'), S.offsetOf('c'), S.offsetOf('d'), S.offsetOf('e'), S.offsetOf('f'), S.offsetOf('next')]
    equal(offsets.join(' '), '4 8 16 24 32 40')
    equal(`${S.size} ${S.alignment}`, '48 8')
  },
  'struct: packed, fields have no gaps': async () => {
    const S = struct({ a: u8, b: i32, c: u8, d: i64 }, { packed: true })
    equal(`${S.offsetOf('b')} ${S.offsetOf('d')} ${S.size} ${S.alignment}`, '1 6 14 1')
  },
  'struct: load gives a copy of what store wrote, on every kernel': async () => {
    const S = struct({ id: i64, at: Point, marks: array(u8, 3) })
    const address = await malloc(S.size)
    await S.store(address, { id: -5n, at: { x: 1, y: 2 }, marks: [7, 8, 9] })
    await wander()
    const { id, at, marks } = await S.load(address)
    equal(`${id} ${at.x} ${at.y} ${marks.join(' ')}`, '-5 1 2 7 8 9')
    await free(address)
  },
  'struct: store leaves fields that are not given as they are': async () => {
    const address = await calloc(1, Point.size)
    await Point.store(address, { x: 1, y: 2 })
    await Point.store(address, { y: 3 })
    equal(`${(await Point.load(address)).x} ${(await Point.load(address)).y}`, '1 3')
    await free(address)
  },
  'struct: at gives the addresses of fields': async () => {
    const address = await malloc(Point.size)
    await Point.store(address, { x: 1, y: 2.5 })
    equal(await load_f64(Point.at(address).y), 2.5)
    await free(address)
  },
  'struct: a view is the memory, and follows its thread': async () => {
    const address = await calloc(1, Point.size)
    {
      using point = await Point.view(address, PROT_READ | PROT_WRITE)
      point.x = 4
      await wander()
      point.x += 0.5
    }
    equal(await load_f64(address), 4.5)
    await free(address)
  },
  'struct: load, store and view fail with EFAULT where nothing is mapped': async () => {
    await faults('SIGSEGV', () => Point.load(0))
    await faults('SIGSEGV', () => Point.store(0, { x: 1 }))
    await faults('SIGSEGV', () => Point.view(0))
  },
  'struct: store fails with EINVAL for a field that there is not': async () => {
    const address = await malloc(Point.size)
    await refused('EINVAL', () => Point.store(address, { z: 1 } as object))
    await free(address)
  },
}

async function allocateElsewhere(count: number): Promise<Ptr[]> {
  const blocks = [await malloc(LARGE)]
  for (let i = 0; i < count; i++) {
    await wander()
    blocks.push(await malloc(40))
  }
  return blocks
}

export const main = (argv: string[]): Promise<number> => check(statements, argv)
