import { compileCodec, type Codec } from '../declare/codec.js'
import { string } from '../declare/fields.js'
import type { Slot } from '../link/link.js'

/** What a message is to its receiver. */
export const Kind = { message: 0, request: 1, reply: 2, failure: 3 } as const

/**
 * Before the declared fields, little-endian: one word with the protocol's number (bits 0–7), the message's (8–15) and the
 * {@link Kind} (16–23; the rest is 0), and one with the number that ties a reply to its request (0 in one-way messages).
 */
export const FRAME_BYTES = 8

/** The first word of a message's header. */
export const headOf = (code: number, kind: number): number => code | (kind << 16)

/** Does a message with this first word answer a request? */
export const isAnswer = (head: number): boolean => head >>> 16 >= Kind.reply

/** Instead of a reply: why there is none. */
export const failureCodec = compileCodec('failure', { why: string })

/** Writes a message: header, then fields. Returns its size. */
export function encodeMessage<T>(slot: Slot, head: number, correlation: number, codec: Codec<T>, value: T): number {
  const { view, bytes, at } = slot
  view.setUint32(at, head, true)
  view.setUint32(at + 4, correlation, true)
  return codec.encode(value, view, bytes, at + FRAME_BYTES) - at
}

/** Private memory to encode a message in that cannot be written into its link's, one at a time. */
export class Scratch implements Slot {
  bytes = new Uint8Array(RESTING_BYTES)
  view = new DataView(this.bytes.buffer)
  readonly at = 0

  /** Makes room for `byteLength` bytes; what was there is lost. */
  reserve(byteLength: number): void {
    if (byteLength <= this.bytes.length && this.bytes.length <= RESTING_BYTES) return
    // Memory that one huge message needed is not kept for the small ones after it.
    this.bytes = new Uint8Array(Math.max(byteLength, RESTING_BYTES))
    this.view = new DataView(this.bytes.buffer)
  }
}

const RESTING_BYTES = 256 * 1024
