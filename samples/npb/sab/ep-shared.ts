import { ANNULI, type Tally } from '../ep-kernel.js'

/** The shared buffer: the next batch to take (32 bits, padded to 64), then each worker's tally: sx, sy, counts. */
const COUNTER_BYTES = 8
const TALLY_WORDS = 2 + ANNULI

/** Size of the shared buffer, for so many workers. */
export function bytesFor(workers: number): number {
  return COUNTER_BYTES + workers * TALLY_WORDS * Float64Array.BYTES_PER_ELEMENT
}

/** Takes the next batch: each is taken by one worker. */
export function takeBatch(memory: SharedArrayBuffer): number {
  return Atomics.add(new Int32Array(memory, 0, 1), 0, 1)
}

/** Publishes a worker's tally. */
export function putPortion(memory: SharedArrayBuffer, id: number, { sx, sy, counts }: Tally): void {
  wordsOf(memory, id).set([sx, sy, ...counts])
}

/** Reads a worker's tally, after the worker's message that it has finished. */
export function portionOf(memory: SharedArrayBuffer, id: number): Tally {
  const [sx, sy, ...counts] = wordsOf(memory, id)
  return { sx, sy, counts: Float64Array.from(counts) }
}

function wordsOf(memory: SharedArrayBuffer, id: number): Float64Array {
  return new Float64Array(memory, COUNTER_BYTES + id * TALLY_WORDS * Float64Array.BYTES_PER_ELEMENT, TALLY_WORDS)
}
