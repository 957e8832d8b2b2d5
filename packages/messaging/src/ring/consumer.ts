import {
  HEAD,
  HEADER_BYTES,
  KIND_SHIFT,
  LENGTH_BITS,
  RECORD_HEADER,
  RecordKind,
  recordBytes,
  ROOM_WANTED,
} from './layout.js'

/** What `next` found. `closed`: the record that ends the ring. `broken`: no correct producer writes that. */
export type Found = 'record' | 'nothing' | 'closed' | 'broken'

/** The reading end of a ring. There is one per ring. Trusts nothing that it reads. */
export class RingConsumer {
  /** The ring's records; `at` and `length` are relative to it. */
  readonly view: DataView
  readonly #words: Int32Array
  readonly capacity: number
  #head: number
  /** The head that the producer has been told of. */
  #released: number

  /** The record that `next` found. Its bytes are the consumer's until `release`. */
  kind = 0
  at = 0
  length = 0
  /** Size of the message that the record is of or belongs to, as its producer says. */
  total = 0

  constructor(memory: SharedArrayBuffer | ArrayBuffer) {
    this.#words = new Int32Array(memory)
    this.view = new DataView(memory, HEADER_BYTES)
    this.capacity = this.view.byteLength
    this.#head = Atomics.load(this.#words, HEAD)
    this.#released = this.#head
  }

  /** Is there a record (the one that closes included)? */
  get pending(): boolean {
    return this.#first() !== 0
  }

  /** Steps to the next record that is a message or a part of one. Stays at the one that closes. */
  next(): Found {
    const found = this.#step()
    if (found !== 'record' || this.kind !== RecordKind.padding) return found
    // Padding leads to the ring's beginning, where the record is that published it.
    const follows = this.#first() >>> KIND_SHIFT
    const isAtBeginning = (this.#head & (this.capacity - 1)) === 0
    return isAtBeginning && follows !== RecordKind.padding && follows !== 0 ? this.#step() : 'broken'
  }

  /** Bytes of the records stepped over since the last `release`. */
  get unreleased(): number {
    return (this.#head - this.#released) | 0
  }

  /** Lets go of every record stepped over. `true`: the producer sleeps until it has so much room, ring its doorbell. */
  release(): boolean {
    const words = this.#words
    this.#released = this.#head
    Atomics.store(words, HEAD, this.#head)
    const wanted = Atomics.load(words, ROOM_WANTED)
    if (wanted === 0 || ((this.#head - (wanted - 1)) | 0) < 0) return false
    return Atomics.compareExchange(words, ROOM_WANTED, wanted, 0) === wanted
  }

  /** First word of the oldest record, 0 if there is none. */
  #first(): number {
    return Atomics.load(this.#words, (HEADER_BYTES + (this.#head & (this.capacity - 1))) >>> 2)
  }

  #step(): Found {
    const word = this.#first()
    if (word === 0) return 'nothing'
    const kind = word >>> KIND_SHIFT
    this.kind = kind
    if (kind === RecordKind.closed || kind === RecordKind.broken) return 'closed'
    const length = word & LENGTH_BITS
    const offset = this.#head & (this.capacity - 1)
    const size = recordBytes(length)
    if (kind < RecordKind.whole || kind > RecordKind.padding || offset + size > this.capacity) return 'broken'
    this.at = offset + RECORD_HEADER
    this.length = length
    this.total = this.#words[(HEADER_BYTES + offset + 4) >>> 2]
    this.#head = (this.#head + size) | 0
    return 'record'
  }
}
