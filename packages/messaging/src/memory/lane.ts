import { LinkFullError } from '../errors.js'
import { Fifo } from '../fifo.js'
import type { KernelId } from '../kernel-id.js'
import type { IncomingLane, OutgoingLane, PeerClose } from '../link/lane.js'
import type { Link, LinkLimits, Slot } from '../link/link.js'
import type { Priority } from '../link/priority.js'
import type { Receive } from '../link/transport.js'

/** What travels: a message, or the end of the lane. */
export type Parcel = Uint8Array | PeerClose

/** One priority from one kernel to another, both ends: sent, then on its way, then arrived, then received. */
export class MemoryLane {
  readonly from: KernelId
  readonly to: KernelId
  readonly priority: Priority
  readonly outgoing: OutgoingLane
  readonly incoming: MemoryIncoming
  readonly #underway = new Fifo<Parcel>()

  constructor(from: KernelId, to: KernelId, priority: Priority, limits: LinkLimits, dispatch: Dispatch) {
    this.from = from
    this.to = to
    this.priority = priority
    this.incoming = new MemoryIncoming(priority)
    this.outgoing = new MemoryOutgoing(to, limits, this.incoming, (parcel) => {
      this.#underway.push(parcel)
      dispatch(this, typeof parcel === 'string' ? 0 : parcel.length)
    })
  }

  /** The oldest parcel arrives. */
  arrive(): void {
    const parcel = this.#underway.shift()
    if (parcel !== undefined) this.incoming.put(parcel)
  }
}

/** Takes charge of the next parcel of a lane. */
export type Dispatch = (lane: MemoryLane, byteLength: number) => void

class MemoryOutgoing implements OutgoingLane {
  readonly queued = false
  readonly #peer: KernelId
  readonly #limits: LinkLimits
  readonly #incoming: MemoryIncoming
  readonly #dispatch: (parcel: Parcel) => void
  #sentBytes = 0
  #drainOwed = false
  #closed = false

  constructor(peer: KernelId, limits: LinkLimits, incoming: MemoryIncoming, dispatch: (parcel: Parcel) => void) {
    this.#peer = peer
    this.#limits = limits
    this.#incoming = incoming
    this.#dispatch = dispatch
  }

  get writable(): boolean {
    const writable = this.#waitingBytes <= this.#limits.highWaterBytes
    if (!writable) this.#drainOwed = true
    return writable
  }

  claim(): Slot | null {
    return null
  }

  commit(): void {
    throw new Error('a memory lane has no slots to commit') // unreachable: `claim` never gives one
  }

  send(message: Uint8Array, length: number, force: boolean): boolean {
    if (!force && this.#waitingBytes + length > this.#limits.maxQueueBytes) {
      throw new LinkFullError(this.#peer, this.#waitingBytes, this.#limits.maxQueueBytes)
    }
    this.#sentBytes += length
    this.#dispatch(message.slice(0, length))
    return false // the receiver is woken when the message arrives, not now
  }

  flush(): boolean {
    return false
  }

  takeDrain(): boolean {
    if (!this.#drainOwed || this.#waitingBytes > this.#limits.highWaterBytes) return false
    this.#drainOwed = false
    return true
  }

  /** What was sent counts as waiting until it was received; the receiver wakes a producer who was told to pause. */
  wantRoom(): boolean {
    if (!this.#drainOwed) return true
    if (this.#waitingBytes <= this.#limits.highWaterBytes) return false
    this.#incoming.wakeAt = this.#sentBytes - this.#limits.highWaterBytes
    return true
  }

  close(why: PeerClose): void {
    if (this.#closed) return
    this.#closed = true
    this.#dispatch(why)
  }

  get #waitingBytes(): number {
    return this.#sentBytes - this.#incoming.receivedBytes
  }
}

/** What has arrived and was not received yet. */
export class MemoryIncoming implements IncomingLane {
  readonly #priority: Priority
  readonly #arrived = new Fifo<Uint8Array>()
  #closed: PeerClose | null = null
  receivedBytes = 0
  /** The sleeping producer wants to be woken once this many bytes were received. */
  wakeAt = Infinity
  fault: string | null = null

  constructor(priority: Priority) {
    this.#priority = priority
  }

  put(parcel: Parcel): void {
    if (typeof parcel === 'string') this.#closed = parcel
    else this.#arrived.push(parcel)
  }

  get pending(): boolean {
    return this.#arrived.length > 0 || this.#closed !== null
  }

  get closed(): PeerClose | null {
    return this.#arrived.length === 0 ? this.#closed : null
  }

  poll(budget: number, link: Link, receive: Receive): number {
    let count = 0
    while (count < budget && link.state === 'up') {
      const message = this.#arrived.shift()
      if (message === undefined) break
      count++
      this.receivedBytes += message.length
      receive(link, new DataView(message.buffer), 0, message.length, this.#priority)
    }
    return count
  }

  release(): boolean {
    if (this.receivedBytes < this.wakeAt) return false
    this.wakeAt = Infinity
    return true
  }
}
