import { UNINITIALIZED } from '../frames/frame.js'
import type { Encoder } from './encoder.js'
import { Tag } from './tags.js'
import { Unmovable } from './unmovable.js'

export function writeSymbol(encoder: Encoder, symbol: symbol): void {
  if (symbol === UNINITIALIZED) return encoder.byte(Tag.UNINITIALIZED)
  const key = Symbol.keyFor(symbol)
  if (key !== undefined) return writeTagged(encoder, Tag.SYMBOL_FOR, key)
  const wellKnown = WELL_KNOWN.get(symbol)
  if (wellKnown !== undefined) return writeTagged(encoder, Tag.SYMBOL_WELL_KNOWN, wellKnown)
  const name = encoder.context.instance.nameOf(symbol)
  if (name === undefined) {
    const reason = `the unique symbol ${String(symbol)}, which other kernels can't name`
    throw new Unmovable(symbol, reason, 'make it with Symbol.for, or keep it in a module-level const')
  }
  encoder.symbolName(symbol, name)
}

function writeTagged(encoder: Encoder, tag: number, name: string): void {
  encoder.byte(tag)
  encoder.string(name)
}

const WELL_KNOWN = new Map(
  Object.getOwnPropertyNames(Symbol).flatMap((name) => {
    const symbol: unknown = Symbol[name as keyof typeof Symbol]
    return typeof symbol === 'symbol' ? [[symbol, name] as const] : []
  }),
)

/** Sign and number of bytes, then the magnitude, least significant byte first. */
export function writeBigInt(encoder: Encoder, value: bigint): void {
  const digits = (value < 0n ? -value : value).toString(16)
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').reverse()
  encoder.byte(Tag.BIGINT)
  encoder.varint(bytes.length * 2 + (value < 0n ? 1 : 0))
  encoder.raw(bytes)
}
