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
  #assembly: Assembly | null = null
  fault: string | null = null

  constructor(priority: Priority, maxMessageBytes: number, memory: SharedArrayBuffer | ArrayBuffer) {
    this.#priority = priority
    this.#maxMessageBytes = maxMessageBytes
    this.#consumer = new RingConsumer(memory)
  }

  get pending(): boolean {
    return this.#consumer.pending
  }

  get closed(): PeerClose | null {
    const kind = this.#consumer.closed
    if (kind === 0) return null
    return kind === RecordKind.broken ? 'malformed' : 'closed'
  }

  poll(budget: number, link: Link, receive: Receive): number {
    let count = 0
    while (count < budget && link.state === 'up' && this.fault === null) {
      const found = this.#consumer.next()
      if (found === 'nothing') break
      if (found === 'broken') this.fault = `${this.#priority} ring: a record that cannot be`
      else if (this.#consumer.kind === RecordKind.whole) count += this.#whole(link, receive)
      else count += this.#part(link, receive)
    }
    return count
  }

  /** Room is given back once for all that was polled: handlers' borrowed bytes stay in place, and the head's cache line moves once. */
  release(): boolean {
    return this.#consumer.release()
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
