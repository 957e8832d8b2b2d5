import { EventEmitter } from 'eventemitter3'
import { MessageTooLargeError } from '../errors.js'
import type { KernelId } from '../kernel-id.js'
import type { IncomingLane, OutgoingLane } from './lane.js'
import type { DownReason, Link, LinkEvents, LinkState, Slot } from './link.js'
import { PRIORITIES, type Priority } from './priority.js'
import type { Receive } from './transport.js'

/** What a link has once it is up. */
export interface LaneConnection {
  readonly incoming: Readonly<Record<Priority, IncomingLane>>
  /** Wakes the peer if it sleeps. Called after something was published. */
  readonly wakePeer: () => void
  /** Lets go of what the connection holds. */
  readonly dispose: () => void
}

/** What a link is made of. */
export interface LaneLinkOptions {
  readonly peer: KernelId
  readonly maxMessageBytes: number
  /** They take messages before the link is up. */
  readonly outgoing: Readonly<Record<Priority, OutgoingLane>>
  /** The link has something to tell in the next `poll`: wakes this kernel if it sleeps. */
  readonly wakeSelf: () => void
}

/** A link made of two lanes each way. The rules of a link's life are here; how bytes move is the lanes' matter. */
export class LaneLink implements Link {
  readonly peer: KernelId
  readonly maxMessageBytes: number
  readonly events = new EventEmitter<LinkEvents>()
  readonly #outgoing: Readonly<Record<Priority, OutgoingLane>>
  readonly #wakeSelf: () => void
  #connection: LaneConnection | null = null
  #state: LinkState = 'connecting'
  #downReason: DownReason | null = null
  /** Must `conclude` look at the link? */
  #attention = false
  /** A producer was told to pause. */
  readonly #drainOwed: Record<Priority, boolean> = { control: false, bulk: false }
  /** The monitor's word. Obeyed once everything was received. */
  #death: DownReason | null = null

  constructor({ peer, maxMessageBytes, outgoing, wakeSelf }: LaneLinkOptions) {
    this.peer = peer
    this.maxMessageBytes = maxMessageBytes
    this.#outgoing = outgoing
    this.#wakeSelf = wakeSelf
  }

  get state(): LinkState {
    return this.#state
  }

  get downReason(): DownReason | null {
    return this.#downReason
  }

  claim(priority: Priority, byteLength: number): Slot | null {
    if (this.#state !== 'up' || byteLength > this.maxMessageBytes) return null
    return this.#outgoing[priority].claim(byteLength)
  }

  commit(priority: Priority, byteLength: number): void {
    this.#outgoing[priority].commit(byteLength)
    this.#connection?.wakePeer()
  }

  send(priority: Priority, message: Uint8Array, byteLength: number): void {
    this.#send(priority, message, byteLength, false)
  }

  sendReply(priority: Priority, message: Uint8Array, byteLength: number): void {
    this.#send(priority, message, byteLength, true)
  }

  writable(priority: Priority): boolean {
    if (this.#state === 'down') return false
    if (this.#outgoing[priority].writable) return true
    this.#drainOwed[priority] = true
    this.#needAttention()
    return false
  }

  close(reason: DownReason): void {
    if (this.#state === 'down') return
    this.#state = 'down'
    this.#downReason = reason
    for (const priority of PRIORITIES)
      this.#outgoing[priority].close(reason.code === 'malformed' ? 'malformed' : 'closed')
    this.#attention = true
    this.#connection?.wakePeer()
    this.#wakeSelf()
  }

  /** The way is there: the link is up, and what waited is sent. `false` if the link is down already. */
  attach(connection: LaneConnection): boolean {
    if (this.#state !== 'connecting') return false
    this.#state = 'up'
    this.#connection = connection
    this.flush()
    this.#wakeSelf()
    return true
  }

  /** The peer is dead, or there is none: go down once everything that has arrived was received. */
  die(reason: DownReason): void {
    this.#death ??= reason
    this.#needAttention()
  }

  /** Is there something to receive or to tell? */
  get pending(): boolean {
    if (this.#attention && this.#isConclusionDue()) return true
    const connection = this.#connection
    return connection !== null && (connection.incoming.control.pending || connection.incoming.bulk.pending)
  }

  /** Receives at most `budget` messages of one lane. */
  poll(priority: Priority, budget: number, receive: Receive): number {
    const connection = this.#connection
    if (connection === null) return 0
    const lane = connection.incoming[priority]
    const count = lane.poll(budget, this, receive)
    if (lane.closed !== null || lane.fault !== null) this.#attention = true
    return count
  }

  /** Sends what waits and fits. */
  flush(): void {
    const { control, bulk } = this.#outgoing
    if (control.queued && control.flush()) this.#connection?.wakePeer()
    if (bulk.queued && bulk.flush()) this.#connection?.wakePeer()
  }

  /** At the end of a poll: tells producers about room, and goes down if that is due. `true` if the link is down. */
  conclude(): boolean {
    if (!this.#attention) return false
    if (this.#state !== 'down') {
      const reason = this.#ending()
      if (reason === null) this.#tellDrain()
      else this.close(reason)
    }
    return this.#state === 'down'
  }

  /** Before parking: be woken when what waits fits. `false`: some of it fits now. */
  wantRoom(): boolean {
    return PRIORITIES.every((priority) => !this.#waitsForRoom(priority) || this.#outgoing[priority].wantRoom())
  }

  /** Lets go of what the connection holds. */
  dispose(): void {
    this.#connection?.dispose()
    this.#connection = null
  }

  /** After `dispose`, inside a poll. */
  tellDown(): void {
    if (this.#downReason !== null) this.events.emit('down', this.#downReason)
  }

  /**
   * `conclude` must look at the link. Its kernel may be asleep, without having asked to be woken for this: a host callback may do
   * whatever has led here.
   */
  #needAttention(): void {
    this.#attention = true
    this.#wakeSelf()
  }

  #send(priority: Priority, message: Uint8Array, byteLength: number, force: boolean): void {
    if (byteLength > this.maxMessageBytes) {
      throw new MessageTooLargeError(this.peer, byteLength, this.maxMessageBytes)
    }
    if (this.#state === 'down') return
    const lane = this.#outgoing[priority]
    if (lane.send(message, byteLength, force)) this.#connection?.wakePeer()
    if (lane.queued) this.#needAttention()
  }

  #isConclusionDue(): boolean {
    if (this.#death !== null || this.#state === 'down') return true
    return PRIORITIES.some((priority) => this.#waitsForRoom(priority) && this.#outgoing[priority].hasRoom)
  }

  #waitsForRoom(priority: Priority): boolean {
    return this.#drainOwed[priority] || this.#outgoing[priority].queued
  }

  #tellDrain(): void {
    for (const priority of PRIORITIES) {
      if (!this.#drainOwed[priority] || this.#outgoing[priority].queued || !this.#outgoing[priority].hasRoom) continue
      this.#drainOwed[priority] = false
      this.events.emit('drain', priority)
    }
    this.#attention = this.#death !== null || PRIORITIES.some((priority) => this.#waitsForRoom(priority))
  }

  #ending(): DownReason | null {
    const incoming = this.#connection?.incoming
    if (incoming === undefined) return this.#death
    const fault = incoming.control.fault ?? incoming.bulk.fault
    if (fault !== null) return { code: 'malformed', detail: fault }
    if (this.#death === null) return this.#closedByPeer(incoming.control.closed, incoming.bulk.closed)
    const received = (lane: IncomingLane): boolean => !lane.pending || lane.closed !== null
    return received(incoming.control) && received(incoming.bulk) ? this.#death : null
  }

  #closedByPeer(control: PeerCloseOrNot, bulk: PeerCloseOrNot): DownReason | null {
    if (control === null || bulk === null) return null
    const who = `kernel ${this.peer}`
    if (control === 'closed') return { code: 'closed', detail: `${who} closed the link` }
    return { code: 'rejected', detail: `${who} received what no correct kernel sends, and closed the link` }
  }
}

type PeerCloseOrNot = IncomingLane['closed']
