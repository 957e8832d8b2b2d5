/**
 * What the layout of memory costs when threads on two kernels write it: each pair of lines does the same work.
 *
 *     atoll run samples/memory/layouts.ts [SAMPLES] --backend workers --kernels 2
 */

import {
  _SC_NPROCESSORS_ONLN,
  CLOCK_MONOTONIC,
  clock_gettime,
  load_i32,
  MAP_ANONYMOUS,
  MAP_RELEASE,
  MAP_SHARED,
  mmap,
  munmap,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  type Ptr,
  type StartRoutine,
  store_i32,
  sysconf,
  view,
} from '@atoll/posix'

const THREADS = 2
const INCREMENTS = 200_000
const SWEEPS = 20
/** Rows of the square matrix, and columns: a row is one page. */
const SIDE = PAGE_SIZE / Float64Array.BYTES_PER_ELEMENT

/** A thread's share of a measurement. */
interface Share {
  readonly memory: Ptr
  readonly id: number
}

/** Counts in a word next to the other thread's: both on one page. */
const countSideBySide = ({ memory, id }: Share): Promise<void> => count(memory + id * Int32Array.BYTES_PER_ELEMENT)

/** Counts in a word on a page of the thread's own. */
const countApart = ({ memory, id }: Share): Promise<void> => count(memory + id * PAGE_SIZE)

async function count(word: Ptr): Promise<void> {
  for (let i = 0; i < INCREMENTS; i++) await store_i32(word, (await load_i32(word)) + 1)
}

/** Adds to the left or right half of each row: every page is written by both. */
async function sweepColumns({ memory, id }: Share): Promise<void> {
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    using matrix = await view(memory, Float64Array, SIDE * SIDE, PROT_READ | PROT_WRITE)
    for (let row = 0; row < SIDE; row++) addTo(matrix, row * SIDE + (id * SIDE) / THREADS, SIDE / THREADS)
  }
}

/** Adds to the upper or lower half of the rows: no page is written by both. */
async function sweepRows({ memory, id }: Share): Promise<void> {
  const rows = SIDE / THREADS
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    using half = await view(memory + id * rows * PAGE_SIZE, Float64Array, rows * SIDE, PROT_READ | PROT_WRITE)
    addTo(half, 0, half.length)
  }
}

function addTo(numbers: Float64Array, first: number, length: number): void {
  for (let at = first; at < first + length; at++) numbers[at] += 1
}

/** The milliseconds that two threads take together, on fresh memory: the median of so many samples. */
async function measure(samples: number, start: StartRoutine<Share, void>, bytes: number, flags = 0): Promise<number> {
  const cpus = sysconf(_SC_NPROCESSORS_ONLN)
  const times: number[] = []
  for (let sample = 0; sample < samples; sample++) {
    const memory = await mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | flags)
    const begin = milliseconds()
    const threads = []
    for (let id = 0; id < THREADS; id++) {
      threads.push(await pthread_create({ cpus: [id % cpus] }, start, { memory, id }))
    }
    for (const thread of threads) await pthread_join(thread)
    times.push(milliseconds() - begin)
    await munmap(memory, bytes)
  }
  return times.sort((a, b) => a - b)[Math.floor(samples / 2)]
}

function milliseconds(): number {
  const { sec, nsec } = clock_gettime(CLOCK_MONOTONIC)
  return sec * 1000 + nsec / 1e6
}

export async function main([, argument = '5']: string[]): Promise<number> {
  const samples = Number(argument)
  if (!Number.isSafeInteger(samples) || samples < 1) {
    console.error(`layouts: SAMPLES is '${argument}': give a whole number of at least 1`)
    return 2
  }
  const [words, matrix] = [THREADS * PAGE_SIZE, SIDE * PAGE_SIZE]
  report('counters side by side', await measure(samples, countSideBySide, words))
  report('counters side by side, MAP_RELEASE', await measure(samples, countSideBySide, words, MAP_RELEASE))
  report('counters on pages of their own', await measure(samples, countApart, words))
  report('matrix cut by columns', await measure(samples, sweepColumns, matrix))
  report('matrix cut by columns, MAP_RELEASE', await measure(samples, sweepColumns, matrix, MAP_RELEASE))
  report('matrix cut by rows', await measure(samples, sweepRows, matrix))
  return 0
}

function report(what: string, ms: number): void {
  console.log(`${what.padEnd(45)} ${ms.toFixed(1).padStart(9)} ms`)
}
