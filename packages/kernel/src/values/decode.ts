import type { DecodeContext } from './context.js'
import { Decoder } from './decoder.js'

/** The decoder that waits for work. While it is at work, a `deserialize` method that decodes something gets another one. */
let idle: Decoder | null = new Decoder()

/**
 * Makes the values that {@link encodeValues} encoded. The bytes are not trusted: whatever they are, this returns or throws one
 * of the errors below, in time and memory proportional to their number, and changes nothing that was there before.
 *
 * @throws MalformedImageError if the bytes are not a value image
 * @throws UnknownCodeError if the image names code that this instance of the program does not have
 */
export function decodeValues(bytes: Uint8Array, context: DecodeContext): unknown[] {
  const decoder = idle ?? new Decoder()
  idle = null
  try {
    return decoder.decode(bytes, context)
  } finally {
    idle = decoder
  }
}
