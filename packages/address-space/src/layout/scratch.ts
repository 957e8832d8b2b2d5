/**
 * Bytes to put a structure together in, or to take it apart. Made once and lent: V8 keeps a small typed array without a buffer until one is asked for, so a
 * `DataView` on each one's own bytes would cost more than all that is done with it.
 */
export interface Scratch {
  readonly bytes: Uint8Array
  readonly data: DataView
}

const scratchOf = (size: number): Scratch => {
  const buffer = new ArrayBuffer(size)
  return { bytes: new Uint8Array(buffer), data: new DataView(buffer) }
}

let spare: Scratch | null = scratchOf(256)

/** What `use` makes with at least `size` bytes of scratch. They are lent to one at a time: a program's getters may store something while they are read. */
export function withScratch<T>(size: number, use: (scratch: Scratch) => T): T {
  const scratch = spare !== null && spare.bytes.length >= size ? spare : scratchOf(Math.max(size, 256))
  spare = null
  try {
    return use(scratch)
  } finally {
    spare = scratch
  }
}
