import { HEAD, HEADER_BYTES, RecordKind, recordBytes, ROOM_WANTED, TAIL } from './layout.js'

/** Below this many bytes a loop beats a call into the host. */
const SHORT = 64

/** The writing end of a ring. There is one per ring. */
export class RingProducer {
  readonly capacity: number
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  #tail = 0
  /** As last seen; the consumer may be further. Reading its cache line only when the ring looks full keeps the line with it. */
  #head = 0

  constructor(memory: SharedArrayBuffer | ArrayBuffer) {
    this.#words = new Int32Array(memory)
    this.#bytes = new Uint8Array(memory, HEADER_BYTES)
    this.capacity = this.#bytes.length
    this.#tail = Atomics.load(this.#words, TAIL)
    this.#head = Atomics.load(this.#words, HEAD)
  }

  /** Publishes `message[from … from + length]` as one record. `false`: there is no room for it. */
  write(kind: number, message: Uint8Array, from: number, length: number): boolean {
    const at = this.#claim(kind, length)
    if (at < 0) return false
    this.#copy(message, from, length, at)
    this.#publish(length)
    return true
  }

  /** Publishes the first part of a message of `total` bytes. `false`: there is no room for it. */
  writeFirst(total: number, message: Uint8Array, length: number): boolean {
    const at = this.#claim(RecordKind.first, length + 4)
    if (at < 0) return false
    this.#words[(HEADER_BYTES + at) >>> 2] = total
    this.#copy(message, 0, length, at + 4)
    this.#publish(length + 4)
    return true
  }

  /** Asks the consumer to ring when there is room for a record of `length` bytes. `false`: there is already. */
  wantRoom(length: number): boolean {
    Atomics.store(this.#words, ROOM_WANTED, 1)
    this.#head = Atomics.load(this.#words, HEAD)
    return this.#free() < this.#neededFor(length)
  }

  /** Ends the ring: its consumer sees `mark` after the last record. */
  close(mark: number): void {
    Atomics.store(this.#words, TAIL, this.#tail | mark)
  }

  /** Offset of a record's bytes, its header written; −1 if there is no room. */
  #claim(kind: number, length: number): number {
    const needed = this.#neededFor(length)
    if (this.#free() < needed) {
      this.#head = Atomics.load(this.#words, HEAD)
      if (this.#free() < needed) return -1
    }
    let offset = this.#tail & (this.capacity - 1)
    const toEnd = this.capacity - offset
    if (recordBytes(length) > toEnd) {
      this.#words[(HEADER_BYTES + offset) >>> 2] = (RecordKind.padding << 30) | (toEnd - 4)
      this.#tail = (this.#tail + toEnd) | 0
      offset = 0
    }
    this.#words[(HEADER_BYTES + offset) >>> 2] = (kind << 30) | length
    return offset + 4
  }

  #neededFor(length: number): number {
    const needed = recordBytes(length)
    const toEnd = this.capacity - (this.#tail & (this.capacity - 1))
    return needed > toEnd ? toEnd + needed : needed
  }

  #free(): number {
    return this.capacity - ((this.#tail - this.#head) | 0)
  }

  #copy(message: Uint8Array, from: number, length: number, at: number): void {
    const bytes = this.#bytes
    if (length > SHORT) bytes.set(message.subarray(from, from + length), at)
    else for (let i = 0; i < length; i++) bytes[at + i] = message[from + i]
  }

  /** Sequentially consistent: the record's bytes are visible before the tail, and the tail before the doorbell's flag is read. */
  #publish(length: number): void {
    this.#tail = (this.#tail + recordBytes(length)) | 0
    Atomics.store(this.#words, TAIL, this.#tail)
  }
}
