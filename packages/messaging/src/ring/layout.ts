import type { PeerClose } from '../link/lane.js'

/**
 * A ring is one block of (usually shared) memory with one producer and one consumer: a header, then `capacity` bytes of
 * records. Positions count bytes for ever, modulo 2^32; a position's low bits are its offset.
 *
 * A record is a header word, then its bytes, padded to whole words, never across the end of the ring. The word holds a
 * {@link RecordKind} in its top two bits and the number of bytes below. It is in native byte order: a ring never leaves its machine.
 */
export const HEADER_BYTES = 384

/**
 * Word indices in the header, each group on cache lines of its own (two lines apart: processors fetch them in pairs).
 */
/** Written by the producer: where its next record begins. The low bits are 0, or an index of {@link CLOSE_MARKS} once it has closed. */
export const TAIL = 0
/** Written by the consumer: where the oldest record begins that it has not let go of. */
export const HEAD = 32
/** Set by a producer that went to sleep waiting for room, cleared by the consumer who then rings its doorbell. */
export const ROOM_WANTED = 64

/**
 * - `whole`: one message;
 * - `first`: the beginning of a message too long for one record: its total size in one word, then bytes;
 * - `next`: more bytes of it;
 * - `padding`: skips to the end of the ring.
 */
export const RecordKind = { whole: 0, first: 1, next: 2, padding: 3 } as const

/** The low bits of a tail, by index: not closed, or why its producer has closed. */
export const CLOSE_MARKS: readonly (PeerClose | null)[] = [null, 'closed', 'malformed']

export const MARK_BITS = 3
export const LENGTH_BITS = 0x3fff_ffff

/** The longest record of a ring, in bytes: several fit, so that producer and consumer can work at once. */
export const longestRecord = (capacity: number): number => capacity >>> 2

/** Memory that a ring of `capacity` bytes takes. `capacity`: a power of two of 256 … 2^28. */
export function ringBytes(capacity: number): number {
  if (capacity < 256 || capacity > 2 ** 28 || (capacity & (capacity - 1)) !== 0) {
    throw new RangeError(`a ring of ${capacity} bytes cannot be: give a power of two of 256 … 2^28`)
  }
  return HEADER_BYTES + capacity
}

/** Bytes that a record with `length` bytes takes in the ring. */
export const recordBytes = (length: number): number => 4 + ((length + 3) & ~3)
