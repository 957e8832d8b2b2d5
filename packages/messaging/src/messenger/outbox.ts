import type { Codec } from '../declare/codec.js'
import type { KernelId } from '../kernel-id.js'
import type { Priority } from '../link/priority.js'
import { encodeMessage, failureCodec, FRAME_BYTES, headOf, isAnswer, Kind, Scratch } from './frame.js'
import type { Peer } from './peer.js'

/** Called before a message goes to `peer` in this lane. What it sends there goes first, and calls it again. */
export type BeforeSend = (peer: KernelId, priority: Priority) => void

/** Encodes messages and gives them to links. */
export class Outbox {
  beforeSend: BeforeSend | null = null
  readonly #scratch = new Scratch()

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
    this.beforeSend?.(id, priority)
    const bound = FRAME_BYTES + codec.bound(value)
    const slot = link.claim(priority, bound)
    let size: number
    if (slot !== null) {
      size = encodeMessage(slot, head, correlation, codec, value)
      link.commit(priority, size)
    } else {
      const scratch = this.#scratch
      scratch.reserve(bound)
      size = encodeMessage(scratch, head, correlation, codec, value)
      if (isAnswer(head)) link.sendReply(priority, scratch.bytes, size)
      else link.send(priority, scratch.bytes, size)
    }
    traffic.sent(size)
    return size
  }

  /** Answers a request by saying why there is no reply. */
  sendFailure(peer: Peer, code: number, priority: Priority, correlation: number, why: string): number {
    return this.send(peer, headOf(code, Kind.failure), correlation, priority, failureCodec, { why })
  }
}
