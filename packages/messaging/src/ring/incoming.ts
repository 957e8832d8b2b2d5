import type { IncomingLane, PeerClose } from '../link/lane.js'
import type { Link } from '../link/link.js'
import type { Priority } from '../link/priority.js'
import type { Receive } from '../link/transport.js'
import { RingConsumer } from './consumer.js'
import { RecordKind } from './layout.js'

/** A message that comes in parts. */
interface Assembly {
  readonly bytes: Uint8Array
  received: number
}

/** One lane's way in: reads records, puts the parts of long messages together. */
export class RingIncoming implements IncomingLane {
  readonly #priority: Priority
  readonly #maxMessageBytes: number
  readonly #consumer: RingConsumer
  readonly #wakePeer: () => void
  #assembly: Assembly | null = null
  closed: PeerClose | null = null
  fault: string | null = null

  constructor(
    priority: Priority,
    maxMessageBytes: number,
    memory: SharedArrayBuffer | ArrayBuffer,
    wakePeer: () => void,
  ) {
    this.#priority = priority
    this.#maxMessageBytes = maxMessageBytes
    this.#consumer = new RingConsumer(memory)
    this.#wakePeer = wakePeer
  }

  get pending(): boolean {
    return this.#consumer.pending
  }

  poll(budget: number, link: Link, receive: Receive): number {
    const consumer = this.#consumer
    let count = 0
    // A ring full at most: however fast the peer fills it again, the other lane, the threads and the host get their turn.
    let left = consumer.capacity
    while (count < budget && left > 0 && link.state === 'up' && this.fault === null) {
      const found = consumer.next()
      if (found !== 'record') {
        if (found !== 'nothing') this.#end(found)
        break
      }
      left -= consumer.length
      count += consumer.kind === RecordKind.whole ? this.#whole(link, receive) : this.#part(link, receive)
      // Seldom, because it moves a cache line, but in time for the producer to go on meanwhile.
      if (consumer.unreleased >= consumer.capacity >>> 3) this.#release()
    }
    if (consumer.unreleased > 0) this.#release()
    return count
  }

  #release(): void {
    if (this.#consumer.release()) this.#wakePeer()
  }

  #end(found: 'closed' | 'broken'): void {
    if (found === 'broken') this.fault = `${this.#priority} ring: a record that cannot be`
    else this.closed = this.#consumer.kind === RecordKind.broken ? 'malformed' : 'closed'
  }

  #whole(link: Link, receive: Receive): number {
    const { view, at, length } = this.#consumer
    if (this.#assembly !== null || length > this.#maxMessageBytes) {
      this.fault = `${this.#priority} ring: a message inside another, or one of ${length} bytes`
      return 0
    }
    receive(link, view, at, at + length, this.#priority)
    return 1
  }

  #part(link: Link, receive: Receive): number {
    const assembly = this.#consumer.kind === RecordKind.first ? this.#begin() : this.#assembly
    if (assembly === null) {
      this.fault ??= `${this.#priority} ring: a part of a message that never began`
      return 0
    }
    if (!this.#append(assembly) || assembly.received < assembly.bytes.length) return 0
    this.#assembly = null
    const { buffer, byteLength } = assembly.bytes
    receive(link, new DataView(buffer), 0, byteLength, this.#priority)
    return 1
  }

  #begin(): Assembly | null {
    const { total } = this.#consumer
    if (this.#assembly !== null || total <= 0 || total > this.#maxMessageBytes) {
      this.fault = `${this.#priority} ring: a long message begins that cannot be (${total} bytes)`
      return null
    }
    this.#assembly = { bytes: new Uint8Array(total), received: 0 }
    return this.#assembly
  }

  /** `false`: the part does not belong to the message. */
  #append(assembly: Assembly): boolean {
    const { bytes, received } = assembly
    const { view, at, length } = this.#consumer
    if (length === 0 || received + length > bytes.length) {
      this.fault = `${this.#priority} ring: parts that do not add up to their message`
      return false
    }
    bytes.set(new Uint8Array(view.buffer, view.byteOffset + at, length), received)
    assembly.received += length
    return true
  }
}
