import { compileCodec } from '../declare/codec.js'
import { string } from '../declare/fields.js'

/** What a message is to its receiver. */
export const Kind = { message: 0, request: 1, reply: 2, failure: 3 } as const

/**
 * Before the declared fields, little-endian: one word with the protocol's number (bits 0–7), the message's (8–15) and the
 * {@link Kind} (16–23; the rest is 0), and one with the number that ties a reply to its request (0 in one-way messages).
 */
export const FRAME_BYTES = 8

/** Instead of a reply: why there is none. */
export const failureCodec = compileCodec('failure', { why: string })

/** Memory that outgoing messages are encoded in, one at a time. */
export class Scratch {
  bytes = new Uint8Array(RESTING_BYTES)
  view = new DataView(this.bytes.buffer)

  /** Makes room for `byteLength` bytes; what was there is lost. */
  reserve(byteLength: number): void {
    if (byteLength <= this.bytes.length && this.bytes.length <= RESTING_BYTES) return
    // Memory that one huge message needed is not kept for the small ones after it.
    this.bytes = new Uint8Array(Math.max(byteLength, RESTING_BYTES))
    this.view = new DataView(this.bytes.buffer)
  }
}

const RESTING_BYTES = 256 * 1024
