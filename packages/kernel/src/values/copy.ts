import type { DecodeContext, EncodeContext } from './context.js'
import { decodeValues } from './decode.js'
import { encodeValues } from './encode.js'

/**
 * What another thread gets of `value` when it is handed over: a copy, made as if the thread were on another kernel, so that
 * programs see one rule wherever their threads run. Primitives are their own copies.
 *
 * @throws NotMovableError if `value` holds what can't move
 */
export function copyValue<T>(value: T, context: EncodeContext & DecodeContext): T {
  if (value === null || PRIMITIVES.has(typeof value)) return value
  return decodeValues(encodeValues([value], context), context)[0] as T
}

/** A symbol may be one that can't be handed over. */
const PRIMITIVES: ReadonlySet<string> = new Set(['undefined', 'boolean', 'number', 'bigint', 'string'])
