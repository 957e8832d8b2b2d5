import type { Codec } from '../declare/codec.js'
import { MessageTooLargeError } from '../errors.js'
import type { KernelId } from '../kernel-id.js'
import type { Priority } from '../link/priority.js'
import { encodeMessage, failureCodec, FRAME_BYTES, headOf, isAnswer, Kind, Scratch } from './frame.js'
import type { Peer } from './peer.js'

/**
 * Called before a message goes to `peer` in this lane. What it sends there goes first, is accepted however full the lane, as the message itself
 * may be a reply, and calls it again.
 */
export type BeforeSend = (peer: KernelId, priority: Priority) => void

/** No message is shorter than its bound divided by this: a string may take half of its own, an empty `bytes` 4 of 11. */
const LARGEST_EXCESS = 3

/** Why there is no reply is told in at most so many characters. */
const LONGEST_REASON = 4096

/** Encodes messages and gives them to links. */
export class Outbox {
  beforeSend: BeforeSend | null = null
  readonly #scratch = new Scratch()
  /** Does the hook run? */
  #isAhead = false

  /**
   * Sends a message, encoded in the link's own memory if it has some to give. Returns the message's size in bytes.
   *
   * @throws FieldValueError, MessageTooLargeError, LinkFullError: nothing was sent.
   */
  send<T>(
    { id, link, traffic }: Peer,
    head: number,
    correlation: number,
    priority: Priority,
    codec: Codec<T>,
    value: T,
  ): number {
    if (this.beforeSend !== null) this.#callHook(this.beforeSend, id, priority)
    const bound = FRAME_BYTES + codec.bound(value)
    const slot = link.claim(priority, bound)
    let size: number
    if (slot !== null) {
      size = encodeMessage(slot, head, correlation, codec, value)
      link.commit(priority, size)
    } else {
      const { maxMessageBytes } = link
      if (bound > LARGEST_EXCESS * maxMessageBytes) throw new MessageTooLargeError(id, bound, maxMessageBytes)
      const scratch = this.#scratch
      scratch.reserve(bound)
      size = encodeMessage(scratch, head, correlation, codec, value)
      if (this.#isAhead || isAnswer(head)) link.sendReply(priority, scratch.bytes, size)
      else link.send(priority, scratch.bytes, size)
    }
    traffic.sent(size)
    return size
  }

  /** Answers a request by saying why there is no reply. */
  sendFailure(peer: Peer, code: number, priority: Priority, correlation: number, why: string): number {
    const reason = why.length > LONGEST_REASON ? `${why.slice(0, LONGEST_REASON)} …` : why
    return this.send(peer, headOf(code, Kind.failure), correlation, priority, failureCodec, { why: reason })
  }

  #callHook(hook: BeforeSend, peer: KernelId, priority: Priority): void {
    const outer = this.#isAhead
    this.#isAhead = true
    try {
      hook(peer, priority)
    } finally {
      this.#isAhead = outer
    }
  }
}
