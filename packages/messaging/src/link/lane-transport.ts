import { EventEmitter } from 'eventemitter3'
import { TransportClosedError } from '../errors.js'
import type { KernelId } from '../kernel-id.js'
import type { LaneLink } from './lane-link.js'
import type { Link } from './link.js'
import { controlShare, type Priority } from './priority.js'
import type { Receive, Transport, TransportEvents } from './transport.js'

/** Base of the transports whose links are made of lanes: keeps the links, polls them in turn, and parks. */
export abstract class LaneTransport implements Transport {
  readonly self: KernelId
  readonly events = new EventEmitter<TransportEvents>()
  readonly #byPeer = new Map<KernelId, LaneLink>()
  /** Links that are not down, in the order of polling. */
  #live: LaneLink[] = []
  /** Links nobody has been told of yet. */
  #fresh: LaneLink[] = []
  #first = 0
  #parked = false
  #closed = false

  constructor(self: KernelId) {
    this.self = self
  }

  /** Makes a link to `peer`, not yet connected. Its `wakeSelf` is {@link LaneTransport.wake}. */
  protected abstract create(peer: KernelId): LaneLink
  /** Connects a link that this side asked for, now or later. */
  protected abstract open(link: LaneLink): void
  /** From here on whoever sends must call, or cause, `wake`. */
  protected abstract arm(): void
  /** Nobody need call `wake` any more. */
  protected abstract disarm(): void

  connect(peer: KernelId): Link {
    if (this.#closed) throw new TransportClosedError(this.self)
    const known = this.#byPeer.get(peer)
    if (known !== undefined) return known
    const link = this.link(peer)
    this.open(link)
    return link
  }

  get pending(): boolean {
    if (this.#fresh.length > 0) return true
    for (const link of this.#live) if (link.pending) return true
    return false
  }

  poll(budget: number, receive: Receive): number {
    this.#announce()
    for (const link of this.#live) link.flush()
    // Each poll begins with another peer, so that a talkative one does not always come first.
    if (++this.#first >= this.#live.length) this.#first = 0
    const share = controlShare(budget)
    const control = this.#pollLane('control', share, receive)
    let count = control + this.#pollLane('bulk', budget - control, receive)
    if (control === share && count < budget) count += this.#pollLane('control', budget - count, receive)
    this.#conclude()
    return count
  }

  park(): boolean {
    this.arm()
    this.#parked = true
    if (!this.pending && this.#live.every((link) => link.wantRoom())) return true
    this.unpark()
    return false
  }

  unpark(): void {
    if (!this.#parked) return
    this.#parked = false
    this.disarm()
  }

  peerDied(peer: KernelId, detail: string): void {
    if (!this.#closed) this.link(peer).die({ code: 'died', detail })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.unpark()
    for (const link of this.#live) {
      link.close({ code: 'closed', detail: `kernel ${this.self} closed its transport` })
      link.dispose()
    }
    this.#live = []
    this.#fresh = []
  }

  /** Has `close` been called? */
  protected get closed(): boolean {
    return this.#closed
  }

  /** The link to `peer`, made if there is none, not opened. */
  protected link(peer: KernelId): LaneLink {
    const known = this.#byPeer.get(peer)
    if (known !== undefined) return known
    const link = this.create(peer)
    this.#byPeer.set(peer, link)
    this.#live.push(link)
    this.#fresh.push(link)
    return link
  }

  /** Wakes the kernel if it is parked. A call that comes when it has woken for another reason is stale. */
  protected readonly wake = (): void => {
    if (!this.#parked) return
    this.unpark()
    this.events.emit('doorbell')
  }

  #announce(): void {
    if (this.#fresh.length === 0) return
    const fresh = this.#fresh
    this.#fresh = []
    for (const link of fresh) this.events.emit('link', link)
  }

  #pollLane(priority: Priority, budget: number, receive: Receive): number {
    const links = this.#live
    const length = links.length
    let count = 0
    for (let i = 0; i < length && count < budget; i++) {
      const index = this.#first + i
      count += links[index < length ? index : index - length].poll(priority, budget - count, receive)
    }
    return count
  }

  #conclude(): void {
    this.#announce() // a link that a handler has made may be down already, and nobody would hear of it
    let down = 0
    for (const link of this.#live) if (link.conclude()) down++
    if (down > 0) this.#bury()
  }

  #bury(): void {
    const down = this.#live.filter(({ state }) => state === 'down')
    this.#live = this.#live.filter(({ state }) => state !== 'down')
    for (const link of down) {
      link.dispose()
      link.tellDown()
    }
  }
}
