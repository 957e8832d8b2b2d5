import { LinkFullError } from '../errors.js'
import { Fifo } from '../fifo.js'
import type { KernelId } from '../kernel-id.js'
import type { OutgoingLane, PeerClose } from '../link/lane.js'
import type { LinkLimits, Slot } from '../link/link.js'
import { RecordKind } from './layout.js'
import { RingProducer } from './producer.js'

/** A message, or the rest of one, that waits for room. */
interface Waiting {
  /** The sender's memory during the call that sends, then a copy. */
  bytes: Uint8Array
  /** Size of the whole message. */
  readonly total: number
  /** Bytes of the message that have been published. */
  written: number
}

/** One lane's way out: the ring, and behind it a queue for what does not fit. Order is kept across both. */
export class RingOutgoing implements OutgoingLane {
  readonly #peer: KernelId
  readonly #limits: LinkLimits
  readonly #waiting = new Fifo<Waiting>()
  #producer: RingProducer | null = null
  #queuedBytes = 0

  constructor(peer: KernelId, limits: LinkLimits) {
    this.#peer = peer
    this.#limits = limits
  }

  /** Until this is called everything waits. */
  attach(memory: SharedArrayBuffer | ArrayBuffer): void {
    this.#producer = new RingProducer(memory)
  }

  get queued(): boolean {
    return this.#waiting.length > 0
  }

  get writable(): boolean {
    return !this.queued
  }

  get hasRoom(): boolean {
    return this.#producer !== null && this.#producer.hasRoom
  }

  claim(byteLength: number): Slot | null {
    const producer = this.#producer
    if (producer === null || this.queued || byteLength > producer.longest) return null
    return producer.claim(byteLength) ? producer.slot : null
  }

  commit(byteLength: number): void {
    this.#producer?.commit(RecordKind.whole, byteLength, byteLength)
  }

  send(message: Uint8Array, length: number, force: boolean): boolean {
    const waiting = { bytes: message, total: length, written: 0 }
    // Whoever has nothing queued may always send: a message of any permitted size gets through.
    if (!force && this.queued && this.#queuedBytes + length > this.#limits.maxQueueBytes) {
      throw new LinkFullError(this.#peer, this.#queuedBytes, this.#limits.maxQueueBytes)
    }
    this.#waiting.push(waiting)
    this.#queuedBytes += length
    const published = this.flush()
    if (this.#waiting.length > 0) waiting.bytes = message.slice(0, length)
    return published
  }

  flush(): boolean {
    const producer = this.#producer
    if (producer === null) return false
    let published = false
    for (let waiting = this.#waiting.peek(); waiting !== undefined; waiting = this.#waiting.peek()) {
      const before = waiting.written
      const complete = write(producer, waiting)
      published ||= complete || waiting.written > before
      if (!complete) break
      this.#queuedBytes -= waiting.total
      this.#waiting.shift()
    }
    return published
  }

  wantRoom(): boolean {
    return this.#producer === null || this.#producer.wantRoom()
  }

  close(why: PeerClose): void {
    this.#waiting.clear()
    this.#queuedBytes = 0
    this.#producer?.close(why === 'malformed' ? RecordKind.broken : RecordKind.closed)
    this.#producer = null
  }
}

/** Writes a message, or goes on with it. `true`: all of it is published. */
function write(producer: RingProducer, waiting: Waiting): boolean {
  const { bytes, total } = waiting
  if (total <= producer.longest) return producer.write(RecordKind.whole, bytes, 0, total, total)
  while (waiting.written < total) {
    const kind = waiting.written === 0 ? RecordKind.first : RecordKind.next
    const length = Math.min(producer.longest, total - waiting.written)
    if (!producer.write(kind, bytes, waiting.written, length, total)) return false
    waiting.written += length
  }
  return true
}
