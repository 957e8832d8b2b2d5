import { HEAD, HEADER_BYTES, LENGTH_BITS, MARK_BITS, RecordKind, recordBytes, ROOM_WANTED, TAIL } from './layout.js'

/** What `next` found. `broken`: no correct producer writes that. */
export type Found = 'record' | 'nothing' | 'broken'

/** The reading end of a ring. There is one per ring. Trusts nothing that it reads. */
export class RingConsumer {
  /** The ring's records; `at` and `length` are relative to it. */
  readonly view: DataView
  readonly #words: Int32Array
  readonly #capacity: number
  #head: number
  #tail: number

  /** The record that `next` found. Its bytes are the consumer's until `release`. */
  kind = 0
  at = 0
  length = 0

  constructor(memory: SharedArrayBuffer | ArrayBuffer) {
    this.#words = new Int32Array(memory)
    this.view = new DataView(memory, HEADER_BYTES)
    this.#capacity = this.view.byteLength
    this.#head = Atomics.load(this.#words, HEAD)
    this.#tail = this.#head
  }

  /** Is there a record, or a close mark? */
  get pending(): boolean {
    return Atomics.load(this.#words, TAIL) !== this.#head
  }

  /** The close mark if the producer has closed and every record was read, else 0. */
  get closed(): number {
    const tail = Atomics.load(this.#words, TAIL)
    return (tail & ~MARK_BITS) === this.#head ? tail & MARK_BITS : 0
  }

  /** Steps to the next record that is not padding. */
  next(): Found {
    for (;;) {
      if (this.#head === this.#tail) {
        this.#tail = Atomics.load(this.#words, TAIL) & ~MARK_BITS
        if (this.#head === this.#tail) return 'nothing'
      }
      if (!this.#step()) return 'broken'
      if (this.kind !== RecordKind.padding) return 'record'
    }
  }

  /** Lets go of every record stepped over. `true`: the producer sleeps until it has room, ring its doorbell. */
  release(): boolean {
    const words = this.#words
    Atomics.store(words, HEAD, this.#head)
    return Atomics.load(words, ROOM_WANTED) !== 0 && Atomics.exchange(words, ROOM_WANTED, 0) !== 0
  }

  #step(): boolean {
    const offset = this.#head & (this.#capacity - 1)
    const word = this.#words[(HEADER_BYTES + offset) >>> 2]
    const length = word & LENGTH_BITS
    const size = recordBytes(length)
    const published = (this.#tail - this.#head) | 0
    if (published > this.#capacity || size > published || offset + size > this.#capacity) return false
    this.kind = word >>> 30
    this.at = offset + 4
    this.length = length
    this.#head = (this.#head + size) | 0
    return true
  }
}
