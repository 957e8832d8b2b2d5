import { NotMovableError } from '../errors.js'
import type { EncodeContext } from './context.js'
import { Encoder } from './encoder.js'
import { locate } from './locate.js'
import { Unmovable } from './unmovable.js'

/** The encoder that waits for work. While it is at work, a `serialize` method that encodes something gets another one. */
let idle: Encoder | null = new Encoder()

/**
 * Turns values, and everything that they reach, into bytes. Identity and cycles are kept across all roots; a thread's stack is
 * given as its innermost frame. Nothing is changed, whether it succeeds or not.
 *
 * @returns a view of a buffer that other images share: copy it before transferring or detaching the buffer
 * @throws NotMovableError naming function, variable, file and line of what can't move
 */
export function encodeValues(roots: readonly unknown[], context: EncodeContext): Uint8Array {
  const encoder = idle ?? new Encoder()
  idle = null
  try {
    return encoder.encode(roots, context)
  } catch (error) {
    if (error instanceof Unmovable)
      throw new NotMovableError({ ...locate(error.culprit, roots, context), ...describe(error) })
    throw error
  } finally {
    idle = encoder
  }
}

const describe = ({ reason, remedy }: Unmovable): { reason: string; remedy: string } => ({ reason, remedy })
