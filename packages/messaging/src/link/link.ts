import type { EventEmitter } from 'eventemitter3'
import type { KernelId } from '../kernel-id.js'
import type { Priority } from './priority.js'

/**
 * Why a link is down.
 * - `closed`: one side closed it;
 * - `malformed`: this side received what no correct peer sends;
 * - `rejected`: the other side did, it says;
 * - `died`: the monitor declared the peer dead;
 * - `unreachable`: there is no such peer, or no way to it.
 */
export type DownCode = 'closed' | 'malformed' | 'rejected' | 'died' | 'unreachable'

/** Why a link is down, for programs and for people. */
export interface DownReason {
  readonly code: DownCode
  readonly detail: string
}

/** - `connecting`: sent messages wait; `up`; `down`: for ever. */
export type LinkState = 'connecting' | 'up' | 'down'

/** Emitted inside the transport's `poll` only. */
export interface LinkEvents {
  /** Every message that will ever come has been received. Emitted once. */
  down: (reason: DownReason) => void
  /** A lane that was not writable is writable again. */
  drain: (priority: Priority) => void
}

/** Limits of a link. */
export interface LinkLimits {
  /** Longest message, in bytes. @default 67,108,864 */
  readonly maxMessageBytes: number
  /**
   * A lane with more bytes than this under way is not writable, if its transport has no buffer of a fixed size that says so (a ring is one).
   * @default 1,048,576
   */
  readonly highWaterBytes: number
  /** A lane with more bytes than this waiting refuses everything but replies. @default 134,217,728 */
  readonly maxQueueBytes: number
}

/** The defaults of {@link LinkLimits}. */
export const DEFAULT_LIMITS: LinkLimits = {
  maxMessageBytes: 64 * 1024 * 1024,
  highWaterBytes: 1024 * 1024,
  maxQueueBytes: 128 * 1024 * 1024,
}

/** Memory of a link in which a message is written: `bytes` and `view` are the same memory. */
export interface Slot {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Where the message begins: a multiple of eight. */
  readonly at: number
}

/**
 * One reliable two-way channel between two kernels. Messages are opaque bytes; those of one lane arrive in order,
 * none is lost or repeated while the link is up, and when it goes down what has arrived is an unbroken beginning of
 * each lane.
 */
export interface Link {
  readonly peer: KernelId
  readonly state: LinkState
  /** Set once the link is down. */
  readonly downReason: DownReason | null
  readonly maxMessageBytes: number
  readonly events: EventEmitter<LinkEvents>

  /**
   * The fast way to send: memory for a message of at most `byteLength` bytes, valid until the next call to this link. Write the message
   * there and `commit` it, or leave it. `null`: there is no such memory now, use `send`.
   */
  claim(priority: Priority, byteLength: number): Slot | null
  /** Sends the first `byteLength` bytes of what was claimed last in this lane. */
  commit(priority: Priority, byteLength: number): void
  /**
   * Sends the first `byteLength` bytes of `message`, which the caller may use again at once. On a link that is down this does
   * nothing: its `down` event tells what became of it.
   *
   * @throws MessageTooLargeError beyond the size limit.
   * @throws LinkFullError when the lane is full, long after it stopped being writable.
   */
  send(priority: Priority, message: Uint8Array, byteLength: number): void
  /**
   * As `send`, for the answer to a received request: accepted also when the lane is full, because whoever waits for it may be
   * who must drain the lane. The requests' own limit bounds how many there can be.
   */
  sendReply(priority: Priority, message: Uint8Array, byteLength: number): void
  /**
   * Does the lane invite more messages? When not, they wait in the sender's memory: better pause until `drain`. A link that is down invites none,
   * and never drains: who waits for `drain` listens to `down` too.
   */
  writable(priority: Priority): boolean
  /**
   * Takes the link down: nothing more is received here; the peer receives what had gone into the transport, and then `down`. What still waited
   * for room is dropped.
   */
  close(reason: DownReason): void
}

/** What an implementation reports once a link is down. */
export const describeDown = ({ code, detail }: DownReason): string => (detail === '' ? code : `${code}: ${detail}`)
