import type { EventEmitter } from 'eventemitter3'
import type { KernelId } from '../kernel-id.js'
import type { Link } from './link.js'
import type { Priority } from './priority.js'

/**
 * Receives one message: the bytes `at` … `end` of `view`, on loan until it returns; `at` is a multiple of eight, in memory too. It must
 * not throw.
 */
export type Receive = (link: Link, view: DataView, at: number, end: number, priority: Priority) => void

/** Emitted inside `poll` only, except `doorbell`. */
export interface TransportEvents {
  /** A link exists now, because either side asked for it. Emitted before its first message. */
  link: (link: Link) => void
  /** The parked kernel should poll. Emitted at most once per `park`, from the host's event loop. */
  doorbell: () => void
}

/** Starts links from one kernel and brings in what they receive. Nothing is received outside `poll`. */
export interface Transport {
  readonly self: KernelId
  readonly events: EventEmitter<TransportEvents>

  /** The link to `peer`, opened now if there is none. Messages sent while it opens wait. A link that went down stays so. */
  connect(peer: KernelId): Link
  /**
   * Delivers at most `budget` received messages, control before bulk (which is never starved), peers in turn, and
   * sends what waited for room. Returns the number of messages.
   */
  poll(budget: number, receive: Receive): number
  /** Would `poll` find something? Cheap enough to be asked every few microseconds. */
  readonly pending: boolean
  /**
   * Arms the doorbell, if there is nothing to do: from now on whoever sends rings it. Returns `false`, and arms
   * nothing, if something has arrived.
   */
  park(): boolean
  /** Disarms the doorbell, if the kernel woke for another reason. */
  unpark(): void
  /** The monitor declares `peer` dead: its link delivers what had arrived, and goes down. */
  peerDied(peer: KernelId, detail: string): void
  /** Closes all links and releases what the transport holds. */
  close(): void
}
