/**
 * A ring is one block of (usually shared) memory with one producer and one consumer: a header, then `capacity` bytes of
 * records. Positions count bytes for ever, modulo 2^32; their low bits are offsets.
 *
 * A record is two words, then its bytes, padded to a multiple of eight, never across the end of the ring. The first word
 * holds a {@link RecordKind} above the number of bytes, and is written last: a record is there as soon as its first word is not 0. To make that
 * so, a producer first writes a 0 where its *next* record will begin. The second word holds the size of the whole message.
 * Words are in native byte order: a ring never leaves its machine.
 *
 * A consumer thus looks at the very cache line that brings the message; a separate tail position would be a second line to
 * wait for (1.2 µs against 0.65 a round trip between distant cores, measured). Every message begins at a multiple of eight because V8 copies
 * shared memory by words only if source and destination are aligned alike, and else byte by byte (18 GB/s against 2).
 */
export const ALIGNMENT = 8

/** Bytes before the first record. The words in there are on cache lines of their own, two lines apart: processors fetch pairs. */
export const HEADER_BYTES = 384

/** Word written by the consumer: the position of the oldest record that it has not let go of. */
export const HEAD = 0

/**
 * Word that a producer sets before it sleeps waiting for room: the position that the head must reach, plus 1 (so that it is not
 * 0). The consumer who reaches it clears the word and rings the producer's doorbell.
 */
export const ROOM_WANTED = 32

/**
 * - `whole`: one message;
 * - `first`: the beginning of a message too long for one record;
 * - `next`: more of it;
 * - `padding`: skips to the end of the ring;
 * - `closed`, `broken`: the producer has closed, of its own accord or because of what it received. Nothing follows.
 */
export const RecordKind = { whole: 1, first: 2, next: 3, padding: 4, closed: 5, broken: 6 } as const

/** A record's kind begins at this bit of its first word. */
export const KIND_SHIFT = 28

/** The bits of the first word that hold the number of bytes. */
export const LENGTH_BITS = 0x0fff_ffff

/** Bytes of a record's two words. */
export const RECORD_HEADER = 8

/** Bytes that a record with `length` bytes takes in the ring. */
export const recordBytes = (length: number): number => RECORD_HEADER + ((length + 7) & ~7)

/**
 * The longest record of a ring, in bytes: several fit, so that producer and consumer can work at once; and one always fits into a ring that is
 * half empty, with the padding before and the 0 behind it.
 */
export const longestRecord = (capacity: number): number => (capacity >>> 2) - 2 * RECORD_HEADER

/** Memory that a ring of `capacity` bytes takes. `capacity`: a power of two of 256 … 2^28. */
export function ringBytes(capacity: number): number {
  if (!(capacity >= 256 && capacity <= 2 ** 28) || (capacity & (capacity - 1)) !== 0) {
    throw new RangeError(`a ring of ${capacity} bytes cannot be: give a power of two of 256 … 2^28`)
  }
  return HEADER_BYTES + capacity
}
