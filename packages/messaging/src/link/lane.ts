import type { Link, Slot } from './link.js'
import type { Receive } from './transport.js'

/** Why a peer closed: of its own accord, or because of what it received. */
export type PeerClose = 'closed' | 'malformed'

/** One priority's way out of a kernel: what there is room for goes at once, the rest waits in order. */
export interface OutgoingLane {
  /** Are there messages that wait for room? */
  readonly queued: boolean
  /** Is there room for more? Without it what is sent waits. */
  readonly writable: boolean
  /** Is there room for much more? A producer who was told to pause goes on then, not at the first byte. */
  readonly hasRoom: boolean
  /** Room for a message of at most `byteLength` bytes, to be written in place and published by `commit`; or `null`: use `send`. */
  claim(byteLength: number): Slot | null
  /** Publishes the first `byteLength` bytes of the claimed slot. The peer must be woken. */
  commit(byteLength: number): void
  /**
   * Publishes or queues the first `length` bytes of `message`; `force`: however much is queued. `true` if something was published, so
   * that the peer must be woken.
   *
   * @throws LinkFullError unless forced, when too much waits.
   */
  send(message: Uint8Array, length: number, force: boolean): boolean
  /** Publishes what there is room for by now. `true` if that was something. */
  flush(): boolean
  /** Before parking: have the peer ring when `hasRoom`. `false`: it has now. */
  wantRoom(): boolean
  /** Drops what waits, and ends what was published with a mark. */
  close(why: PeerClose): void
}

/** One priority's way into a kernel. */
export interface IncomingLane {
  /** Is there a message, or a mark that `poll` may not have met yet? */
  readonly pending: boolean
  /** The peer's mark once `poll` has met it, else `null`. */
  readonly closed: PeerClose | null
  /** What is wrong with what was received, `null` while nothing is; the lane then gives nothing more. */
  readonly fault: string | null
  /**
   * Hands at most `budget` messages to `receive` while `link` is up; counts them. Then their memory may be overwritten, and a producer who
   * sleeps until there is room is woken.
   */
  poll(budget: number, link: Link, receive: Receive): number
}
