/**
 * Bytes on the wire: a u32 size, then the bytes. From {@link ALIGNED_SIZE} on they begin at a multiple of eight, zeros
 * before them, counted from the message's beginning: V8 copies shared memory by words only if source and destination are aligned
 * alike, and else byte by byte (18 GB/s against 2, measured).
 */
export const ALIGNED_SIZE = 32

/** `value` takes at most this much. */
export const bytesBound = (value: Uint8Array): number => 4 + 7 + value.length

/** Writes `value` at `at`, returns where it ends. There are `bytesBound(value)` bytes of room. */
export function writeBytes(view: DataView, memory: Uint8Array, at: number, value: Uint8Array): number {
  const { length } = value
  view.setUint32(at, length, true)
  let start = at + 4
  if (length >= ALIGNED_SIZE) for (; start % 8 !== 0; start++) memory[start] = 0
  memory.set(value, start)
  return start + length
}

/** Where the bytes begin whose size `length` ends at `at`; −1 if that is not before `end`, or not padded with zeros. */
export function startOfBytes(view: DataView, at: number, end: number, length: number): number {
  let start = at
  if (length >= ALIGNED_SIZE) for (; start % 8 !== 0; start++) if (start >= end || view.getUint8(start) !== 0) return -1
  return length > end - start ? -1 : start
}

/** The `length` bytes at `at`, a copy. */
export const copyBytes = (view: DataView, at: number, length: number): Uint8Array =>
  borrowBytes(view, at, length).slice()

/** The `length` bytes at `at`, in place. */
export const borrowBytes = (view: DataView, at: number, length: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + at, length)
