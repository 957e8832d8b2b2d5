import { LinkFullError } from '../errors.js'
import { Fifo } from '../fifo.js'
import type { KernelId } from '../kernel-id.js'
import type { IncomingLane, OutgoingLane, PeerClose } from '../link/lane.js'
import type { Link, LinkLimits, Slot } from '../link/link.js'
import type { Priority } from '../link/priority.js'
import type { Receive } from '../link/transport.js'

/** What travels: a message, the end of the lane, or damage. */
export type Parcel = Uint8Array | PeerClose | typeof DAMAGE

/** What no correct kernel sends, and no network of this kind makes of what it sends; for tests. */
export const DAMAGE = 'damage'

/** One priority from one kernel to another, both ends: sent, then on its way, then arrived, then received. */
export class MemoryLane {
  readonly from: KernelId
  readonly to: KernelId
  readonly priority: Priority
  readonly outgoing: OutgoingLane
  readonly incoming: MemoryIncoming
  readonly #dispatch: MemoryLaneOptions['dispatch']
  readonly #underway = new Fifo<Parcel>()

  constructor({ from, to, priority, limits, dispatch, wakeSender }: MemoryLaneOptions) {
    this.from = from
    this.to = to
    this.priority = priority
    this.incoming = new MemoryIncoming(priority, wakeSender)
    this.#dispatch = dispatch
    this.outgoing = new MemoryOutgoing(to, limits, this.incoming, (parcel) => this.#put(parcel))
  }

  /** Sends what cannot be received. */
  damage(): void {
    this.#put(DAMAGE)
  }

  /** The oldest parcel arrives. */
  arrive(): void {
    const parcel = this.#underway.shift()
    if (parcel !== undefined) this.incoming.put(parcel)
  }

  #put(parcel: Parcel): void {
    this.#underway.push(parcel)
    this.#dispatch(this, typeof parcel === 'string' ? 0 : parcel.length)
  }
}

/** See {@link MemoryLane}. */
export interface MemoryLaneOptions {
  readonly from: KernelId
  readonly to: KernelId
  readonly priority: Priority
  readonly limits: LinkLimits
  /** Takes charge of the lane's next parcel. */
  readonly dispatch: (lane: MemoryLane, byteLength: number) => void
  /** Called when what was sent has been received, for a sender who sleeps until then. */
  readonly wakeSender: () => void
}

class MemoryOutgoing implements OutgoingLane {
  readonly queued = false
  readonly #peer: KernelId
  readonly #limits: LinkLimits
  readonly #incoming: MemoryIncoming
  readonly #dispatch: (parcel: Parcel) => void
  #sentBytes = 0
  #closed = false

  constructor(peer: KernelId, limits: LinkLimits, incoming: MemoryIncoming, dispatch: (parcel: Parcel) => void) {
    this.#peer = peer
    this.#limits = limits
    this.#incoming = incoming
    this.#dispatch = dispatch
  }

  get writable(): boolean {
    return this.#waitingBytes <= this.#limits.highWaterBytes
  }

  get hasRoom(): boolean {
    return this.#waitingBytes <= this.#limits.highWaterBytes / 2
  }

  claim(): Slot | null {
    return null
  }

  commit(): void {
    throw new Error('a memory lane has no slots to commit') // `claim` never gives one
  }

  send(message: Uint8Array, length: number, force: boolean): boolean {
    const waitingBytes = this.#waitingBytes
    // Whoever has nothing waiting may always send: a message of any permitted size gets through.
    if (!force && waitingBytes > 0 && waitingBytes + length > this.#limits.maxQueueBytes) {
      throw new LinkFullError(this.#peer, waitingBytes, this.#limits.maxQueueBytes)
    }
    this.#sentBytes += length
    this.#dispatch(message.slice(0, length))
    return false // the receiver is woken when the message arrives, not now
  }

  flush(): boolean {
    return false
  }

  /** What was sent counts as waiting until it was received. */
  wantRoom(): boolean {
    this.#incoming.wakeAt = this.#sentBytes - this.#limits.highWaterBytes / 2
    return !this.hasRoom
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
  readonly #wakePeer: () => void
  readonly #arrived = new Fifo<Uint8Array>()
  #mark: PeerClose | typeof DAMAGE | null = null
  closed: PeerClose | null = null
  fault: string | null = null
  receivedBytes = 0
  /** The sleeping producer wants to be woken once this many bytes were received. */
  wakeAt = Infinity

  constructor(priority: Priority, wakePeer: () => void) {
    this.#priority = priority
    this.#wakePeer = wakePeer
  }

  put(parcel: Parcel): void {
    if (this.#mark !== null) return // nothing follows the end, and what follows damage can't be trusted
    if (typeof parcel === 'string') this.#mark = parcel
    else this.#arrived.push(parcel)
  }

  get pending(): boolean {
    if (this.#arrived.length > 0) return true
    return this.#mark !== null && this.closed === null && this.fault === null
  }

  poll(budget: number, link: Link, receive: Receive): number {
    let count = 0
    while (count < budget && link.state === 'up') {
      const message = this.#arrived.shift()
      if (message === undefined) {
        this.#end()
        break
      }
      count++
      this.receivedBytes += message.length
      receive(link, new DataView(message.buffer), 0, message.length, this.#priority)
    }
    if (this.receivedBytes >= this.wakeAt) {
      this.wakeAt = Infinity
      this.#wakePeer()
    }
    return count
  }

  #end(): void {
    if (this.#mark === DAMAGE) this.fault = `${this.#priority} lane: damaged on the way`
    else this.closed = this.#mark
  }
}
