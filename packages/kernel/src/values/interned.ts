/** A power of two. */
const SLOTS = 2048
/** Longer strings are not kept: hashing them would cost as much as reading them. */
const LONGEST = 80

const strings: (string | undefined)[] = new Array<string | undefined>(SLOTS).fill(undefined)

/**
 * The one-byte string in `bytes`, taken from a direct-mapped cache of the strings read last: the same keys, ids and names come
 * again with every image, and a string from the cache is internalized and has its hash.
 */
export function intern(bytes: Uint8Array, start: number, length: number): string {
  if (length > LONGEST) return textOf(bytes, start, length)
  const slot = hash(bytes, start, start + length) & (SLOTS - 1)
  const known = strings[slot]
  if (known !== undefined && equals(known, bytes, start, length)) return known
  return (strings[slot] = internalized(textOf(bytes, start, length)))
}

const textOf = (bytes: Uint8Array, start: number, length: number): string =>
  Buffer.from(bytes.subarray(start, start + length)).toString('latin1')

/** FNV-1a. */
export function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5
  for (let i = start; i < end; i++) value = Math.imul(value ^ bytes[i], 0x01000193)
  return value ^ (value >>> 15)
}

function equals(text: string, bytes: Uint8Array, start: number, length: number): boolean {
  if (text.length !== length) return false
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false
  return true
}

/** The engine's one copy of this string: property names are compared by address. */
const internalized = (text: string): string => Object.keys({ [text]: null })[0]
