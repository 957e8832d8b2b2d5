import { Buffer } from 'node:buffer'

/**
 * A string on the wire: a u32 whose low 31 bits are its size in bytes and whose top bit tells the form, then its
 * characters: Latin-1, or little-endian UTF-16 code units if any does not fit. These are the two forms that JavaScript engines keep
 * strings in: any string survives exactly, and none is transcoded.
 */
export const WIDE = 0x8000_0000

/** Below this many characters a loop beats a call into the host. */
const SHORT = 24

/** No string takes more bytes than this. */
export const stringBound = (value: string): number => 4 + 2 * value.length

/** Writes `value` at `at`, returns where it ends. There are `stringBound(value)` bytes of room. */
export function writeString(view: DataView, at: number, value: string): number {
  const length = value.length
  if (length <= SHORT) {
    if (writeShortLatin1(view, at + 4, value)) {
      view.setUint32(at, length, true)
      return at + 4 + length
    }
  } else if (isLatin1(value)) {
    view.setUint32(at, length, true)
    bufferOf(view, at + 4, length).latin1Write(value)
    return at + 4 + length
  }
  view.setUint32(at, (WIDE | (2 * length)) >>> 0, true)
  bufferOf(view, at + 4, 2 * length).ucs2Write(value)
  return at + 4 + 2 * length
}

/** The string whose characters are the `byteLength` bytes at `at`. */
export function readString(view: DataView, at: number, byteLength: number, wide: boolean): string {
  if (wide) return bufferOf(view, at, byteLength).ucs2Slice()
  if (byteLength > SHORT) return bufferOf(view, at, byteLength).latin1Slice()
  let value = ''
  for (let i = 0; i < byteLength; i++) value += String.fromCharCode(view.getUint8(at + i))
  return value
}

function writeShortLatin1(view: DataView, at: number, value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i)
    if (unit > 0xff) return false
    view.setUint8(at + i, unit)
  }
  return true
}

/** Looks for what does not fit: to match all that does costs four times as much, for the way back that it keeps open. */
const isLatin1 = (value: string): boolean => !/[^\0-\xff]/.test(value)

/** Node's string primitives; they are methods of `Buffer`, missing in its public types. */
interface StringMemory {
  latin1Write(value: string): number
  ucs2Write(value: string): number
  latin1Slice(): string
  ucs2Slice(): string
}

const bufferOf = (view: DataView, at: number, byteLength: number): StringMemory =>
  Buffer.from(view.buffer as ArrayBuffer, view.byteOffset + at, byteLength) as unknown as StringMemory
