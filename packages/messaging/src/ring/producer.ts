import type { Slot } from '../link/link.js'
import {
  HEAD,
  HEADER_BYTES,
  KIND_SHIFT,
  longestRecord,
  RECORD_HEADER,
  RecordKind,
  recordBytes,
  ROOM_WANTED,
} from './layout.js'

/** Below this many bytes a loop beats a call into the host. */
const SHORT = 64

/** Two cache lines. */
const LINES_AHEAD = 128

/** The writing end of a ring. There is one per ring. */
export class RingProducer {
  readonly capacity: number
  /** The longest record, in bytes. */
  readonly longest: number
  /** What `claim` found; `at` changes with each claim. */
  readonly slot: Slot & { at: number }
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  #tail: number
  /** As last seen; the consumer may be further. Reading its cache line only when the ring looks full keeps the line with it. */
  #head: number

  constructor(memory: SharedArrayBuffer | ArrayBuffer) {
    this.#words = new Int32Array(memory)
    this.#bytes = new Uint8Array(memory, HEADER_BYTES)
    this.capacity = this.#bytes.length
    this.longest = longestRecord(this.capacity)
    this.slot = { bytes: this.#bytes, view: new DataView(memory, HEADER_BYTES), at: 0 }
    this.#head = Atomics.load(this.#words, HEAD)
    this.#tail = this.#head
  }

  /**
   * Finds room for a record of at most `length` bytes, and leaves in `slot` where its bytes belong. Changes nothing yet: write them there
   * and `commit`. `false`: there is no room.
   */
  claim(length: number): boolean {
    const size = recordBytes(length)
    const offset = this.#tail & (this.capacity - 1)
    const toEnd = this.capacity - offset
    const fits = size <= toEnd
    if (!this.#hasRoom(fits ? size : toEnd + size)) return false
    this.slot.at = (fits ? offset : 0) + RECORD_HEADER
    return true
  }

  /** Publishes the first `length` bytes of the slot, of a message of `total` bytes. */
  commit(kind: number, length: number, total: number): void {
    const words = this.#words
    const start = this.slot.at - RECORD_HEADER
    const end = start + recordBytes(length)
    const index = (HEADER_BYTES + start) >>> 2
    words[(HEADER_BYTES + (end & (this.capacity - 1))) >>> 2] = 0
    words[index + 1] = total
    const offset = this.#tail & (this.capacity - 1)
    if (start === offset) {
      this.#tail = (this.#tail + end - start) | 0
      // Sequentially consistent: the bytes are visible before it, and it before the doorbell's flag is read.
      Atomics.store(words, index, (kind << KIND_SHIFT) | length)
      this.#ownAhead()
      return
    }
    // The record is at the ring's beginning; padding that leads there publishes it.
    const toEnd = this.capacity - offset
    words[index] = (kind << KIND_SHIFT) | length
    this.#tail = (this.#tail + toEnd + end) | 0
    Atomics.store(words, (HEADER_BYTES + offset) >>> 2, (RecordKind.padding << KIND_SHIFT) | (toEnd - RECORD_HEADER))
  }

  /**
   * Writes to a line that later records will take. The consumer's cache still has it from the last time round, and giving it up takes some 100 ns:
   * asked for now, it comes while the next message is being made. Else the store that publishes waits for it.
   */
  #ownAhead(): void {
    const ahead = (this.#tail + LINES_AHEAD) | 0
    if (((ahead - this.#head) | 0) > this.capacity - RECORD_HEADER) return
    this.#words[(HEADER_BYTES + (ahead & (this.capacity - 1))) >>> 2] = 0
  }

  /** Publishes `message[from … from + length]`, of a message of `total` bytes, as one record. `false`: there is no room for it. */
  write(kind: number, message: Uint8Array, from: number, length: number, total: number): boolean {
    if (!this.claim(length)) return false
    const { at } = this.slot
    const bytes = this.#bytes
    if (length > SHORT) bytes.set(message.subarray(from, from + length), at)
    else for (let i = 0; i < length; i++) bytes[at + i] = message[from + i]
    this.commit(kind, length, total)
    return true
  }

  /** Is the ring half empty? Then any record has room. */
  get hasRoom(): boolean {
    return this.#hasRoom(this.capacity >>> 1)
  }

  /** Asks the consumer to ring once the ring is half empty. `false`: it is already. */
  wantRoom(): boolean {
    const position = (this.#tail - (this.capacity >>> 1) + RECORD_HEADER) | 0
    Atomics.store(this.#words, ROOM_WANTED, position | 1)
    return !this.hasRoom
  }

  /** Ends the ring: its consumer finds a record of this kind after the last one. */
  close(kind: number): void {
    Atomics.store(this.#words, (HEADER_BYTES + (this.#tail & (this.capacity - 1))) >>> 2, kind << KIND_SHIFT)
  }

  /** One record header more than the record: for the 0 behind it. */
  #hasRoom(size: number): boolean {
    const limit = this.capacity - RECORD_HEADER - size
    if (((this.#tail - this.#head) | 0) <= limit) return true
    this.#head = Atomics.load(this.#words, HEAD)
    return ((this.#tail - this.#head) | 0) <= limit
  }
}
