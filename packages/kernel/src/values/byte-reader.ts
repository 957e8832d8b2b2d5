import { MalformedImageError } from '../errors.js'
import { intern } from './interned.js'

/** Up to this length a loop beats a call of the runtime. */
const SHORT_TEXT = 12

/** Reads what {@link ByteWriter} writes, and nothing beyond the end. */
export class ByteReader {
  bytes: Uint8Array = new Uint8Array(0)
  position = 0
  // Both are made when they are needed: either costs as much as reading ten values.
  #view: DataView | null = null
  #text: Buffer | null = null

  protected open(bytes: Uint8Array): void {
    this.bytes = bytes
    this.position = 0
    this.#view = null
    this.#text = null
  }

  /** The error that `culprit` is wrong with the byte before. */
  malformed(culprit: string, options?: ErrorOptions): MalformedImageError {
    return new MalformedImageError(culprit, Math.max(0, this.position - 1), options)
  }

  byte(): number {
    if (this.position >= this.bytes.length) throw this.malformed('the image ends in the middle of a value')
    // In range: the bound was checked.
    return this.bytes[this.position++]
  }

  /** An unsigned integer below 2⁵³. */
  varint(): number {
    const first = this.byte()
    return first < 0x80 ? first : this.#longVarint(first - 0x80)
  }

  #longVarint(value: number): number {
    for (let factor = 0x80; factor <= 2 ** 49; factor *= 0x80) {
      const next = this.byte()
      value += (next & 0x7f) * factor
      if (next < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
    }
    throw this.malformed('a number is too large')
  }

  /** How many items follow, of at least `leastBytes` bytes each: what can't be there is refused before it is allocated. */
  count(leastBytes = 1): number {
    const count = this.varint()
    if (count * leastBytes > this.bytes.length - this.position)
      throw this.malformed(`a count of ${count} exceeds the image`)
    return count
  }

  integer(): number {
    const zigzag = this.varint()
    if (zigzag > 0xffff_ffff) throw this.malformed('an integer exceeds 32 bits')
    return (zigzag >>> 1) ^ -(zigzag & 1)
  }

  double(): number {
    const at = this.position
    this.skip(8)
    this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength)
    return this.#view.getFloat64(at, true)
  }

  /** The next `length` bytes: a view on the image. */
  raw(length: number): Uint8Array {
    const at = this.position
    this.skip(length)
    return this.bytes.subarray(at, at + length)
  }

  latin1(length: number): string {
    const at = this.position
    this.skip(length)
    if (length > SHORT_TEXT) return this.#decode('latin1', at)
    let text = ''
    for (let i = at; i < at + length; i++) text += String.fromCharCode(this.bytes[i])
    return text
  }

  utf16(length: number): string {
    const at = this.position
    this.skip(2 * length)
    return this.#decode('utf16le', at)
  }

  /** What was read since `start`, as text. */
  #decode(encoding: 'latin1' | 'utf16le', start: number): string {
    this.#text ??= Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength)
    return this.#text.toString(encoding, start, this.position)
  }

  /** A string that is likely to have been read before: a key, an id, a name. */
  untaggedString(): string {
    const header = this.count(0.5)
    const length = header >>> 1
    if (header & 1) return this.utf16(length)
    const at = this.position
    this.skip(length)
    return intern(this.bytes, at, length)
  }

  skipUntaggedString(): void {
    const header = this.count(0.5)
    this.skip(header & 1 ? header - 1 : header >>> 1)
  }

  protected skip(length: number): void {
    if (length > this.bytes.length - this.position) throw this.malformed('the image ends in the middle of a value')
    this.position += length
  }
}
