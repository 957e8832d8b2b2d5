import * as posix from '@atoll/posix'
import {
  atomic_compare_exchange_i32,
  atomic_exchange_u16,
  atomic_fetch_add_i32,
  atomic_fetch_add_u8,
  atomic_fetch_and_u32,
  atomic_fetch_or_u32,
  atomic_fetch_sub_i64,
  atomic_fetch_xor_u32,
  atomic_load_i32,
  atomic_store_i32,
  copyin,
  copyout,
  load_f32,
  load_f64,
  load_i32,
  load_i8,
  load_u16,
  load_u32,
  load_u64,
  load_u8,
  MAP_ANONYMOUS,
  MAP_PRIVATE,
  MAP_SHARED,
  mmap,
  mprotect,
  munmap,
  PAGE_SIZE,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  store_f32,
  store_f64,
  store_i16,
  store_i32,
  store_i64,
  store_u32,
  store_u8,
  unview,
  view,
  type Ptr,
} from '@atoll/posix'
import { check, equal, faults, refused } from './support/statements.js'
import { wander } from './support/wander.js'

const RW = PROT_READ | PROT_WRITE

const fresh = (pages: number, prot = RW): Promise<Ptr> =>
  mmap(0, pages * PAGE_SIZE, prot, MAP_SHARED | MAP_ANONYMOUS)

const bytesAt = async (at: Ptr, length: number): Promise<string> => (await copyout(at, length)).join(' ')

const INTEGERS = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64']

/** The call of this name. */
const call = (name: string): ((...args: unknown[]) => Promise<unknown>) =>
  (posix as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]

/** A number as the type has it: 64-bit integers are bigints. */
const as = (type: string, value: number): number | bigint => (type.endsWith('64') && type !== 'f64' ? BigInt(value) : value)

const statements = {
  'load_*: reads what the store of its type wrote, of every type and from every kernel': async () => {
    const at = await fresh(1)
    for (const type of [...INTEGERS, 'f32', 'f64']) {
      await call(`store_${type}`)(at, as(type, 100))
      await wander()
      equal(await call(`load_${type}`)(at), as(type, 100))
    }
  },
  'load_*: fresh memory holds 0': async () => {
    const at = await fresh(1)
    equal(await load_f64(at), 0)
    equal(await load_u64(at + 8), 0n)
  },
  'load_*: signed types extend the sign, unsigned ones do not': async () => {
    const at = await fresh(1)
    await store_i32(at, -2)
    equal(await load_i8(at), -2)
    equal(await load_u8(at), 254)
    equal(await load_u16(at), 65_534)
    equal(await load_u32(at), 4_294_967_294)
    await store_i64(at, -1n)
    equal(await load_u64(at), 2n ** 64n - 1n)
  },
  'load_*: needs no alignment, and may lie on two pages': async () => {
    const at = (await fresh(2)) + PAGE_SIZE - 3
    await store_f64(at, Math.PI)
    await wander()
    equal(await load_f64(at), Math.PI)
  },
  'load_*: gets SIGSEGV where nothing is mapped, or its protection forbids reading': async () => {
    const at = await fresh(2)
    await munmap(at + PAGE_SIZE, PAGE_SIZE)
    await faults('SIGSEGV', () => load_i32(at + PAGE_SIZE))
    await faults('SIGSEGV', () => load_i32(at + PAGE_SIZE - 2))
    await mprotect(at, PAGE_SIZE, PROT_NONE)
    await faults('SIGSEGV', () => load_i32(at))
    await faults('SIGSEGV', () => load_i32(0))
  },
  'load_*: fails with EINVAL for what is no address': async () => {
    await refused('EINVAL', () => load_i32(-1))
    await refused('EINVAL', () => load_i32(0.5))
  },
  'store_*: is little-endian on every machine': async () => {
    const at = await fresh(1)
    await store_i32(at, 0x0403_0201)
    equal(await bytesAt(at, 4), '1 2 3 4')
    await store_f32(at, 1)
    equal(await bytesAt(at, 4), '0 0 128 63')
  },
  'store_*: keeps what fits the type': async () => {
    const at = await fresh(1)
    await store_u8(at, 257)
    equal(await bytesAt(at, 2), '1 0')
    await store_i16(at, 65_535)
    equal(await bytesAt(at, 3), '255 255 0')
    await store_f32(at, 0.1)
    equal(await load_f32(at), Math.fround(0.1))
  },
  'store_*: changes no bytes but its own': async () => {
    const at = await fresh(1)
    await copyin(at, new Uint8Array(8).fill(9))
    await store_i16(at + 3, 0)
    equal(await bytesAt(at, 8), '9 9 9 0 0 9 9 9')
  },
  'store_*: gets SIGSEGV where nothing is mapped, or its protection forbids writing, and writes nothing': async () => {
    const at = await fresh(2)
    await mprotect(at + PAGE_SIZE, PAGE_SIZE, PROT_READ)
    await faults('SIGSEGV', () => store_u32(at + PAGE_SIZE, 1))
    await faults('SIGSEGV', () => store_u32(at + PAGE_SIZE - 2, 0xffff_ffff))
    equal(await bytesAt(at + PAGE_SIZE - 2, 4), '0 0 0 0')
    await munmap(at + PAGE_SIZE, PAGE_SIZE)
    await faults('SIGSEGV', () => store_u32(at + PAGE_SIZE, 1))
  },
  'atomic_*: calls are there for every integer type, and do what their name says': async () => {
    const at = await fresh(1)
    for (const type of INTEGERS) {
      const atomic = (name: string, ...values: number[]): Promise<unknown> =>
        call(`atomic_${name}_${type}`)(at, ...values.map((value) => as(type, value)))
      await atomic('store', 12)
      equal(await atomic('load'), as(type, 12))
      equal(await atomic('exchange', 20), as(type, 12))
      equal(await atomic('fetch_add', 5), as(type, 20))
      equal(await atomic('fetch_sub', 1), as(type, 25))
      equal(await atomic('fetch_and', 12), as(type, 24))
      equal(await atomic('fetch_or', 3), as(type, 8))
      equal(await atomic('fetch_xor', 1), as(type, 11))
      equal(await atomic('compare_exchange', 10, 7), as(type, 10))
      await wander()
      equal(await atomic('load'), as(type, 7))
    }
  },
  'atomic_*: get SIGBUS at an address that is no multiple of the size, and change nothing': async () => {
    const at = await fresh(1)
    await faults('SIGBUS', () => atomic_fetch_add_i32(at + 2, 1))
    await faults('SIGBUS', () => atomic_load_i32(at + 1))
    equal(await bytesAt(at, 8), '0 0 0 0 0 0 0 0')
  },
  'atomic_*: get SIGSEGV where nothing is mapped, or its protection forbids it': async () => {
    const at = await fresh(1, PROT_READ)
    equal(await atomic_load_i32(at), 0)
    await faults('SIGSEGV', () => atomic_store_i32(at, 1))
    await faults('SIGSEGV', () => atomic_fetch_add_i32(at, 0))
    await munmap(at, PAGE_SIZE)
    await faults('SIGSEGV', () => atomic_load_i32(at))
  },
  'atomic_load: reads what any kernel has stored last': async () => {
    const at = await fresh(1)
    for (let value = 1; value < 5; value++) {
      await atomic_store_i32(at, value)
      await wander()
      equal(await atomic_load_i32(at), value)
    }
  },
  'atomic_store: is seen by plain loads, too': async () => {
    const at = await fresh(1)
    await atomic_store_i32(at, -7)
    await wander()
    equal(await load_i32(at), -7)
  },
  'atomic_exchange: returns what was there': async () => {
    const at = await fresh(1)
    equal(await atomic_exchange_u16(at, 65_535), 0)
    equal(await atomic_exchange_u16(at, 1), 65_535)
  },
  'atomic_compare_exchange: writes if it finds what is expected, and returns what it found': async () => {
    const at = await fresh(1)
    equal(await atomic_compare_exchange_i32(at, 0, 5), 0)
    equal(await atomic_compare_exchange_i32(at, 0, 6), 5)
    equal(await load_i32(at), 5)
  },
  'atomic_compare_exchange: takes what is expected as the type has it': async () => {
    const at = await fresh(1)
    await store_i32(at, -1)
    equal(await atomic_compare_exchange_i32(at, 0xffff_ffff, 3), -1)
    equal(await load_i32(at), 3)
  },
  'atomic_compare_exchange: of several threads one succeeds at a time': async () => {
    const at = await fresh(1)
    await inThreads(3, at, addBySwapping)
    equal(await load_i32(at), 30)
  },
  'atomic_fetch_add: returns what was there, and wraps around': async () => {
    const at = await fresh(1)
    equal(await atomic_fetch_add_u8(at, 255), 0)
    equal(await atomic_fetch_add_u8(at, 2), 255)
    equal(await bytesAt(at, 2), '1 0')
  },
  'atomic_fetch_add: no addition of any thread on any kernel is lost': async () => {
    const at = await fresh(1)
    await inThreads(3, at, addTen)
    equal(await load_i32(at), 30)
  },
  'atomic_fetch_sub: returns what was there, and wraps around': async () => {
    const at = await fresh(1)
    equal(await atomic_fetch_sub_i64(at, 1n), 0n)
    equal(await load_u64(at), 2n ** 64n - 1n)
  },
  'atomic_fetch_and: returns what was there, unsigned where the type is': async () => {
    const at = await fresh(1)
    await store_u32(at, 0xffff_ffff)
    equal(await atomic_fetch_and_u32(at, 0xf000_0000), 0xffff_ffff)
    equal(await load_u32(at), 0xf000_0000)
  },
  'atomic_fetch_or: returns what was there, unsigned where the type is': async () => {
    const at = await fresh(1)
    equal(await atomic_fetch_or_u32(at, 0x8000_0001), 0)
    equal(await atomic_fetch_or_u32(at, 2), 0x8000_0001)
  },
  'atomic_fetch_xor: returns what was there, unsigned where the type is': async () => {
    const at = await fresh(1)
    equal(await atomic_fetch_xor_u32(at, 0xffff_0000), 0)
    equal(await atomic_fetch_xor_u32(at, 0xffff_0000), 0xffff_0000)
    equal(await load_u32(at), 0)
  },
  'copyin: writes all bytes, over as many pages and regions as there are': async () => {
    const at = await fresh(3)
    await mprotect(at + PAGE_SIZE, PAGE_SIZE, RW)
    await copyin(at + 10, new Uint8Array(2 * PAGE_SIZE).fill(3))
    await wander()
    equal((await copyout(at, 3 * PAGE_SIZE)).reduce((sum, byte) => sum + byte, 0), 6 * PAGE_SIZE)
    equal(await bytesAt(at + 9, 2), '0 3')
  },
  'copyin: writes nothing, and fails with EFAULT, unless all of it can be written': async () => {
    const at = await fresh(2)
    await mprotect(at + PAGE_SIZE, PAGE_SIZE, PROT_READ)
    await faults('SIGSEGV', () => copyin(at + PAGE_SIZE - 2, Uint8Array.of(1, 1, 1, 1)))
    equal(await bytesAt(at + PAGE_SIZE - 2, 4), '0 0 0 0')
  },
  'copyin: of no bytes does nothing, anywhere': () => copyin(0, new Uint8Array(0)),
  'copyin: fails with EINVAL for what are no bytes, or no address': async () => {
    await refused('EINVAL', async () => copyin(await fresh(1), [1] as unknown as Uint8Array))
    await refused('EINVAL', () => copyin(-1, Uint8Array.of(1)))
  },
  'copyout: returns a copy, which later stores do not change': async () => {
    const at = await fresh(1)
    const before = await copyout(at, 4)
    await store_i32(at, -1)
    before[1] = 5
    equal(before.join(' '), '0 5 0 0')
    equal(await bytesAt(at, 4), '255 255 255 255')
  },
  'copyout: fails with EFAULT unless all of it can be read': async () => {
    const at = await fresh(2)
    await munmap(at + PAGE_SIZE, PAGE_SIZE)
    equal((await copyout(at, PAGE_SIZE)).length, PAGE_SIZE)
    await faults('SIGSEGV', () => copyout(at, PAGE_SIZE + 1))
  },
  'copyout: of no bytes is empty, anywhere': async () => {
    equal((await copyout(0, 0)).length, 0)
  },
  'copyout: fails with EINVAL for what is no number of bytes, or no address': async () => {
    await refused('EINVAL', async () => copyout(await fresh(1), -1))
    await refused('EINVAL', async () => copyout(await fresh(1), 1.5))
    await refused('EINVAL', () => copyout(Number.NaN, 1))
  },
  'view: is of the type that is asked for, of every type, and shows what memory holds': async () => {
    const at = await fresh(1)
    await copyin(at, new Uint8Array(32).fill(1))
    const numbers = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array] as const
    for (const type of numbers) {
      const array = await view(at, type as typeof Uint32Array, 4)
      equal(array instanceof type, true)
      equal(array.length, 4)
      equal(array[3].toString(16), '01'.repeat(type.BYTES_PER_ELEMENT).replace(/^0/, ''))
    }
    equal((await view(at, BigUint64Array, 4))[3], 0x0101_0101_0101_0101n)
    equal((await view(at, BigInt64Array, 1))[0], 0x0101_0101_0101_0101n)
    await store_f64(at, 0.5)
    equal((await view(at, Float64Array, 1))[0], 0.5)
    await store_f32(at, 0.25)
    equal((await view(at, Float32Array, 1))[0], 0.25)
    equal((await view(at, DataView, 4)).getFloat32(0, true), 0.25)
  },
  'view: shows what other kernels have written, whenever its thread has been suspended': async () => {
    const at = await fresh(1)
    const words = await view(at, Int32Array, 2)
    const writer = await pthread_create(null, writeElsewhere, at)
    await pthread_join(writer)
    equal(words[1], 77)
  },
  'view: what is written to it is seen by all, and it stays the same object when its thread moves': async () => {
    const at = await fresh(1)
    const words = await view(at, Int32Array, 2, RW)
    const same = words
    words[0] = 1
    await wander()
    words[0] += 1
    equal(same, words)
    equal(await load_i32(at), 2)
  },
  'view: may span pages': async () => {
    const at = await fresh(3)
    const all = await view(at, Uint8Array, 3 * PAGE_SIZE, RW)
    all.fill(2)
    await wander()
    equal(all.reduce((sum, byte) => sum + byte, 0), 6 * PAGE_SIZE)
  },
  'view: fails with EFAULT where nothing is mapped, or its protection forbids it': async () => {
    const at = await fresh(2)
    await mprotect(at, PAGE_SIZE, PROT_READ)
    await view(at, Uint8Array, 1)
    await faults('SIGSEGV', () => view(at, Uint8Array, 1, RW))
    await munmap(at + PAGE_SIZE, PAGE_SIZE)
    await faults('SIGSEGV', () => view(at + PAGE_SIZE, Uint8Array, 1))
    await faults('SIGSEGV', () => view(at, Uint8Array, PAGE_SIZE + 1))
  },
  'view: what is unmapped or protected under it is an error in its thread': async () => {
    const at = await fresh(1)
    await view(at, Uint8Array, 1, RW)
    await faults('SIGSEGV', () => munmap(at, PAGE_SIZE))
  },
  'view: fails with EINVAL for odd addresses, types, lengths and protections': async () => {
    const at = await fresh(1)
    await refused('EINVAL', () => view(at + 2, Int32Array, 1))
    await refused('EINVAL', () => view(at, Array as unknown as typeof Int32Array, 1))
    await refused('EINVAL', () => view(at, Int32Array, 0))
    await refused('EINVAL', () => view(at, Int32Array, 1.5))
    await refused('EINVAL', () => view(at, Int32Array, 1, PROT_NONE))
  },
  'view: fails with EINVAL over the border of two regions': async () => {
    const at = await fresh(2)
    await mmap(at, PAGE_SIZE, RW, MAP_PRIVATE | MAP_ANONYMOUS | posix.MAP_FIXED)
    await refused('EINVAL', () => view(at, Uint8Array, 2 * PAGE_SIZE))
  },
  'unview: what the view has written stays, and the memory can be unmapped': async () => {
    const at = await fresh(1)
    const words = await view(at, Int32Array, 1, RW)
    words[0] = 4
    unview(words)
    await wander()
    equal(await load_i32(at), 4)
    await munmap(at, PAGE_SIZE)
  },
  'unview: fails with EINVAL for what is no view, or not any more': async () => {
    const words = await view(await fresh(1), Int32Array, 1)
    unview(words)
    await refused('EINVAL', () => unview(words))
    await refused('EINVAL', () => unview(new Int32Array(1)))
  },
  'unview: is what the end of using does': async () => {
    const at = await fresh(1)
    let array: Int32Array | null = null
    {
      using words = await view(at, Int32Array, 1, RW)
      array = words
    }
    await refused('EINVAL', () => unview(array as Int32Array))
  },
}

async function inThreads(count: number, at: Ptr, routine: (at: Ptr) => Promise<void>): Promise<void> {
  const threads = []
  for (let i = 0; i < count; i++) threads.push(await pthread_create(null, routine, at))
  for (const thread of threads) await pthread_join(thread)
}

async function addTen(at: Ptr): Promise<void> {
  for (let i = 0; i < 10; i++) {
    await atomic_fetch_add_i32(at, 1)
    if (i % 4 === 0) await wander()
  }
}

async function addBySwapping(at: Ptr): Promise<void> {
  for (let i = 0; i < 10; i++) {
    let found = await load_i32(at)
    for (;;) {
      const before = await atomic_compare_exchange_i32(at, found, found + 1)
      if (before === found) break
      found = before
    }
    if (i % 4 === 0) await wander()
  }
}

async function writeElsewhere(at: Ptr): Promise<void> {
  await wander()
  await store_i32(at + 4, 77)
}

export const main = (argv: string[]): Promise<number> => check(statements, argv)
