import { UNINITIALIZED } from '../frames/frame.js'
import { BUILTIN_READERS, readArguments, readDerived, readDictionary, readLater } from './decode-builtins.js'
import {
  readBound,
  readClosure,
  readCustom,
  readExternal,
  readIntrinsic,
  readMember,
  readName,
  readPromise,
  readPrototype,
} from './decode-functions.js'
import type { Decoder } from './decoder.js'
import { readGenerator } from './generators.js'
import { isFrame } from './is-frame.js'
import { Tag } from './tags.js'

type Read = (decoder: Decoder) => unknown

/** What reads a value, by its tag. */
export const READERS: readonly (Read | undefined)[] = tabulate({
  [Tag.UNDEFINED]: () => undefined,
  [Tag.NULL]: () => null,
  [Tag.FALSE]: () => false,
  [Tag.TRUE]: () => true,
  [Tag.INTEGER]: (decoder) => decoder.integer(),
  [Tag.DOUBLE]: (decoder) => decoder.double(),
  [Tag.BIGINT]: readBigInt,
  [Tag.LATIN1]: (decoder) => decoder.latin1(decoder.count()),
  [Tag.UTF16]: (decoder) => decoder.utf16(decoder.count(2)),
  [Tag.SYMBOL_FOR]: (decoder) => Symbol.for(readString(decoder)),
  [Tag.SYMBOL_WELL_KNOWN]: readWellKnownSymbol,
  [Tag.UNINITIALIZED]: () => UNINITIALIZED,
  [Tag.REFERENCE]: (decoder) => decoder.at(decoder.varint()),
  [Tag.FIRST]: readFirst,
  [Tag.LATER]: (decoder) => readLater(decoder),
  [Tag.PATCHED]: readPatched,
  [Tag.DERIVED]: readDerived,
  [Tag.NEW_LAYOUT]: (decoder) => decoder.layoutObject(decoder.newLayout()),
  [Tag.LAYOUT]: (decoder) => decoder.layoutObject(decoder.layout(decoder.varint())),
  [Tag.DICTIONARY]: readDictionary,
  [Tag.ARGUMENTS]: readArguments,
  [Tag.NAME]: readName,
  [Tag.EXTERNAL]: readExternal,
  [Tag.INTRINSIC]: readIntrinsic,
  [Tag.CLOSURE]: readClosure,
  [Tag.BOUND]: readBound,
  [Tag.MEMBER]: readMember,
  [Tag.PROTOTYPE]: readPrototype,
  [Tag.PROMISE]: readPromise,
  [Tag.CUSTOM]: readCustom,
  [Tag.GENERATOR]: readGenerator,
  [Tag.FRAME]: (decoder) => decoder.stack(),
  ...Object.fromEntries(
    Object.entries(BUILTIN_READERS).map(([tag, read]): [string, Read] => [tag, (decoder) => read(decoder, null)]),
  ),
})

function tabulate(readers: Readonly<Record<number, Read>>): (Read | undefined)[] {
  const last = Math.max(...Object.keys(readers).map(Number))
  return Array.from({ length: last + 1 }, (_, tag) => readers[tag])
}

/** Reads what others depend on, then the value itself. */
function readFirst(decoder: Decoder): unknown {
  let tag: number = Tag.FIRST
  while (tag === Tag.FIRST) {
    decoder.value()
    tag = decoder.byte()
  }
  return decoder.tagged(tag)
}

/** Reads an object of this image that a job will patch. */
function readPatched(decoder: Decoder): object {
  const index = decoder.size
  const object = decoder.object('what is to be patched')
  // A stack that ends could be made to go on for ever.
  const isFixed = isFrame(object) || decoder.isGiven(object)
  if (isFixed || decoder.size === index || decoder.at(index) !== object)
    throw decoder.malformed('a patch for an object that is not to be changed')
  decoder.expectPatch(index)
  return object
}

function readString(decoder: Decoder): string {
  const value = decoder.value()
  if (typeof value !== 'string') throw decoder.malformed('the name of a symbol is not a string')
  return value
}

function readWellKnownSymbol(decoder: Decoder): symbol {
  const name = readString(decoder)
  const symbol: unknown = Object.getOwnPropertyDescriptor(Symbol, name)?.value
  if (typeof symbol !== 'symbol') throw decoder.malformed(`unknown symbol ${name}`)
  return symbol
}

function readBigInt(decoder: Decoder): bigint {
  const header = decoder.count(0.5)
  const digits = Buffer.from(decoder.raw(header >>> 1))
    .reverse()
    .toString('hex')
  const magnitude = BigInt(`0x${digits === '' ? '0' : digits}`)
  return header & 1 ? -magnitude : magnitude
}
