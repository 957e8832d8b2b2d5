import { LEAST_SHORT_INTEGER, SHORT_INTEGER, SHORT_STRING, Tag } from './tags.js'

/** Results are cut from slabs: a buffer of its own for each costs ten times a small image's encoding. */
const SLAB_BYTES = 64 * 1024
/** A slab with less room than this is left to the images cut from it. */
const LEAST_ROOM = 4 * 1024
/** Up to this length a loop beats a call of the runtime. */
const LONG_STRING = 48

/** Writes primitives, little-endian, into a growing buffer. */
export class ByteWriter {
  protected bytes = Buffer.alloc(0)
  #view = new DataView(this.bytes.buffer)
  #start = 0
  protected position = 0

  /** Begins a new image. */
  begin(): void {
    if (this.bytes.length - this.#start < LEAST_ROOM) this.#adopt(new ArrayBuffer(SLAB_BYTES), 0)
    this.position = this.#start
  }

  /** The image's bytes: a view on a slab that other images share, never overwritten. */
  take(): Uint8Array {
    const image = new Uint8Array(this.bytes.buffer, this.#start, this.position - this.#start)
    this.#start = this.position
    // A large buffer that is mostly unused would be kept alive by its image.
    if (this.bytes.length > SLAB_BYTES) {
      const exact = image.slice()
      this.#adopt(new ArrayBuffer(SLAB_BYTES), 0)
      return exact
    }
    return image
  }

  /** Where the image's next byte goes, relative to its beginning. */
  get length(): number {
    return this.position - this.#start
  }

  /** The bytes written from `offset` (relative to the image's beginning) on, writable until the image is taken. */
  written(offset: number, length: number): Uint8Array {
    return this.bytes.subarray(this.#start + offset, this.#start + offset + length)
  }

  #adopt(buffer: ArrayBuffer, start: number): void {
    this.bytes = Buffer.from(buffer)
    this.#view = new DataView(buffer)
    this.#start = start
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.position + count > this.bytes.length) this.#grow(count)
  }

  #grow(count: number): void {
    const { bytes } = this
    const start = this.#start
    const used = this.position - start
    this.#adopt(new ArrayBuffer(Math.max(SLAB_BYTES, 2 * (used + count))), 0)
    this.bytes.set(bytes.subarray(start, this.position))
    this.position = used
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.position++] = value
  }

  /** An unsigned integer below 2⁵³ as a base-128 varint, least significant group first. */
  varint(value: number): void {
    this.reserve(8)
    while (value > 0x7f) {
      this.bytes[this.position++] = (value % 0x80) | 0x80
      value = value < 0x8000_0000 ? value >>> 7 : Math.floor(value / 0x80)
    }
    this.bytes[this.position++] = value
  }

  double(value: number): void {
    this.reserve(8)
    this.#view.setFloat64(this.position, value, true)
    this.position += 8
  }

  raw(source: Uint8Array): void {
    const { length } = source
    this.reserve(length)
    if (length > LONG_STRING) this.bytes.set(source, this.position)
    else for (let i = 0; i < length; i++) this.bytes[this.position + i] = source[i]
    this.position += length
  }

  /** A tagged number: one byte for small integers, up to six for 32-bit integers, nine for the rest. */
  number(value: number): void {
    if ((value | 0) !== value || (value === 0 && 1 / value < 0)) {
      this.byte(Tag.DOUBLE)
      this.double(value)
    } else if (value >= LEAST_SHORT_INTEGER && value < LEAST_SHORT_INTEGER + 128) {
      this.byte(SHORT_INTEGER + value - LEAST_SHORT_INTEGER)
    } else {
      this.byte(Tag.INTEGER)
      this.varint(((value << 1) ^ (value >> 31)) >>> 0)
    }
  }

  /** A tagged string. */
  string(value: string): void {
    const { length } = value
    if (length < SHORT_STRING) {
      this.reserve(1 + length)
      this.bytes[this.position] = SHORT_STRING + length
      if (length <= LONG_STRING && this.#shortLatin1(value, this.position + 1)) {
        this.position += 1 + length
        return
      }
    }
    this.#longString(value)
  }

  /** A string without a tag: its length doubled, plus one if its characters take two bytes. */
  untaggedString(value: string): void {
    const { length } = value
    if (length <= LONG_STRING) {
      this.reserve(1 + length)
      this.bytes[this.position] = 2 * length
      if (this.#shortLatin1(value, this.position + 1)) {
        this.position += 1 + length
        return
      }
    }
    const wide = !isLatin1(value)
    this.varint(2 * length + (wide ? 1 : 0))
    this.#characters(value, wide)
  }

  /** Writes `value` at `position` unless it has wider characters. */
  #shortLatin1(value: string, position: number): boolean {
    const { bytes } = this
    let all = 0
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i)
      all |= unit
      bytes[position + i] = unit
    }
    return all <= 0xff
  }

  #longString(value: string): void {
    const wide = !isLatin1(value)
    this.byte(wide ? Tag.UTF16 : Tag.LATIN1)
    this.varint(value.length)
    this.#characters(value, wide)
  }

  #characters(value: string, wide: boolean): void {
    this.reserve(wide ? 2 * value.length : value.length)
    if (!wide && value.length <= LONG_STRING) {
      this.#shortLatin1(value, this.position)
      this.position += value.length
    } else {
      this.position += this.bytes.write(value, this.position, wide ? 'utf16le' : 'latin1')
    }
  }
}

function isLatin1(value: string): boolean {
  let all = 0
  for (let i = 0; i < value.length; i++) all |= value.charCodeAt(i)
  return all <= 0xff
}
