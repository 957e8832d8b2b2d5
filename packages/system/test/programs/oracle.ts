import {
  atoll,
  copyin,
  copyout,
  load_u8,
  load_u32,
  MAP_ANONYMOUS,
  MAP_FIXED,
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
  sched_yield,
  store_u8,
  store_u32,
  unview,
  view,
  type Ptr,
} from '@atoll/posix'

const PAGES = 6
const BYTES = PAGES * PAGE_SIZE
const RW = PROT_READ | PROT_WRITE

/** What memory must hold, and how each page of it is protected; `null`: nothing is mapped there. */
interface Oracle {
  readonly bytes: Uint8Array
  readonly pages: (number | null)[]
  /** How many kernels take part so far: the others have nothing of the process yet. */
  kernels: number
}

interface State {
  readonly at: Ptr
  readonly oracle: Oracle
  readonly steps: number
  /** Of all threads together. */
  readonly total: number
}

const below = (limit: number): number => Math.floor(Math.random() * limit)

/** A range of bytes that is short, most often, and lies across pages, sometimes. */
function someBytes(most: number): [from: number, length: number] {
  const length = 1 + below(Math.random() < 0.2 ? 2 * PAGE_SIZE : most)
  return [below(BYTES - length), length]
}

function somePages(): [first: number, count: number] {
  const first = below(PAGES)
  return [first, 1 + below(Math.min(3, PAGES - first))]
}

/** May these bytes be accessed so? */
function allows({ pages }: Oracle, from: number, length: number, access: number): boolean {
  for (let page = Math.floor(from / PAGE_SIZE); page <= Math.floor((from + length - 1) / PAGE_SIZE); page++) {
    const prot = pages[page]
    if (prot === null || prot === undefined) return false
    if (access === PROT_WRITE ? (prot & PROT_WRITE) === 0 : prot === PROT_NONE) return false
  }
  return true
}

/** Performs an access, which must be refused if and only if the oracle says so. */
async function attempt(what: string, allowed: boolean, access: () => Promise<void>): Promise<void> {
  try {
    await access()
  } catch (error) {
    if (!allowed && (error as { signal?: string }).signal === 'SIGSEGV') return
    throw error
  }
  if (!allowed) throw new Error(`${what} was not refused`)
}

function expectSame(what: string, found: Uint8Array, expected: Uint8Array): void {
  const at = found.findIndex((byte, i) => byte !== expected[i])
  if (at >= 0) throw new Error(`${what}: byte ${at} is ${String(found[at])}, not ${String(expected[at])}`)
}

const wordAt = (bytes: Uint8Array, from: number): DataView => new DataView(bytes.buffer, bytes.byteOffset + from, 4)

type Act = (at: Ptr, oracle: Oracle) => Promise<void>

const ACTS: readonly Act[] = [
  async function scalars(at, oracle) {
    const [from, value] = [below(BYTES - 4), below(2 ** 32)]
    await attempt(`a store at ${from}`, allows(oracle, from, 4, PROT_WRITE), async () => {
      await store_u32(at + from, value)
      wordAt(oracle.bytes, from).setUint32(0, value, true)
    })
    await attempt(`a load at ${from}`, allows(oracle, from, 4, PROT_READ), async () => {
      const found = await load_u32(at + from)
      if (found !== wordAt(oracle.bytes, from).getUint32(0, true)) throw new Error(`a word at ${from} is ${found}`)
    })
  },
  async function bytes(at, oracle) {
    for (let i = 0; i < 8; i++) {
      const [from, value] = [below(BYTES), below(256)]
      if (allows(oracle, from, 1, PROT_WRITE)) {
        await store_u8(at + from, value)
        oracle.bytes[from] = value
      }
      const other = below(BYTES)
      if (!allows(oracle, other, 1, PROT_READ)) continue
      const found = await load_u8(at + other)
      if (found !== oracle.bytes[other]) throw new Error(`byte ${other} is ${found}`)
    }
  },
  async function blockIn(at, oracle) {
    const [from, length] = someBytes(64)
    const block = Uint8Array.from({ length }, () => below(256))
    await attempt(`copyin of ${length} bytes at ${from}`, allows(oracle, from, length, PROT_WRITE), async () => {
      await copyin(at + from, block)
      oracle.bytes.set(block, from)
    })
  },
  async function blockOut(at, oracle) {
    const [from, length] = someBytes(64)
    await attempt(`copyout of ${length} bytes at ${from}`, allows(oracle, from, length, PROT_READ), async () => {
      expectSame(`copyout at ${from}`, await copyout(at + from, length), oracle.bytes.subarray(from, from + length))
    })
  },
  async function views(at, oracle) {
    const [page] = somePages()
    const from = page * PAGE_SIZE + below(PAGE_SIZE / 2)
    const length = 1 + below(PAGE_SIZE / 2)
    await attempt(`a view at ${from}`, allows(oracle, from, length, PROT_WRITE), async () => {
      const array = await view(at + from, Uint8Array, length, RW)
      for (let i = 0; i < 3; i++) {
        const [changed, value] = [below(length), below(256)]
        array[changed] = value
        oracle.bytes[from + changed] = value
        if (i === 0) await sched_yield()
        else if (i === 1) await atoll.migrate(1 + below(oracle.kernels))
        expectSame(`a view at ${from}`, array, oracle.bytes.subarray(from, from + length))
      }
      await unview(array)
    })
  },
  async function move(_at, { kernels }) {
    await atoll.migrate(1 + below(kernels))
  },
  async function map(at, { bytes: expected, pages }) {
    const [first, count] = somePages()
    await mmap(at + first * PAGE_SIZE, count * PAGE_SIZE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED)
    expected.fill(0, first * PAGE_SIZE, (first + count) * PAGE_SIZE)
    pages.fill(RW, first, first + count)
  },
  async function unmap(at, { pages }) {
    if (Math.random() < 0.5) return
    const [first, count] = somePages()
    await munmap(at + first * PAGE_SIZE, count * PAGE_SIZE)
    pages.fill(null, first, first + count)
  },
  async function protect(at, { pages }) {
    const [first, count] = somePages()
    if (pages.slice(first, first + count).includes(null)) return
    const prot = [PROT_NONE, PROT_READ, RW, RW][below(4)] ?? RW
    await mprotect(at + first * PAGE_SIZE, count * PAGE_SIZE, prot)
    pages.fill(prot, first, first + count)
  },
]

/** Performs some steps, and hands the oracle over to a thread elsewhere for the rest. */
async function walk({ at, oracle, steps, total }: State): Promise<Oracle> {
  const own = Math.min(steps, 20)
  // One after the other enters, when there is much that it has not heard of.
  oracle.kernels = 1 + Math.floor(((total - steps) / total) * atoll.kernels().length)
  for (let i = 0; i < own; i++) {
    const act = ACTS[below(ACTS.length)] as Act
    try {
      await act(at, oracle)
    } catch (error) {
      throw new Error(`step ${steps - i} from the end, ${act.name}: ${String(error)}`, { cause: error })
    }
  }
  if (steps === own) return oracle
  const cpus = [below(oracle.kernels)]
  return pthread_join<Oracle>(await pthread_create({ cpus }, walk, { at, oracle, steps: steps - own, total }))
}

/** One thread at a time does what it likes with memory, and looks whether that is what an array would be. */
export async function main([, steps]: string[]): Promise<void> {
  const at = await mmap(0, BYTES, RW, MAP_SHARED | MAP_ANONYMOUS)
  const start = { bytes: new Uint8Array(BYTES), pages: new Array<number | null>(PAGES).fill(RW), kernels: 1 }
  const { bytes, pages } = await walk({ at, oracle: start, steps: Number(steps), total: Number(steps) })
  for (const [page, prot] of pages.entries()) {
    const [from, end] = [page * PAGE_SIZE, (page + 1) * PAGE_SIZE]
    if (prot === null || prot === PROT_NONE) continue
    expectSame(`page ${page} in the end`, await copyout(at + from, PAGE_SIZE), bytes.subarray(from, end))
  }
  console.log('as an array')
}
