import { PosixError } from '@atoll/kernel'
import { endianness } from 'node:os'
import type { Ptr } from '../pointer.js'
import { DATA, OFFSET, type Layout, type ViewProperty } from './layout.js'
import type { WrittenRanges } from './written-ranges.js'

/** How one kind of number is read and written. */
export interface Access<T> {
  /** Reads one at `at`. */
  readonly read: (data: DataView, at: number) => T
  /** Writes one at `at`. */
  readonly write: (data: DataView, at: number, value: T) => void
  /** The same at `offset` of a view. Not made of the two above: each accessor has code of its own, which is compiled for its one kind of number. */
  readonly property: (offset: number) => ViewProperty<T>
}

/** Typed arrays of one kind. */
export interface ElementArray<T> {
  new (
    buffer: ArrayBufferLike,
    byteOffset: number,
    length: number,
  ): { readonly length: number; [index: number]: T } & Iterable<T>
}

/** Do typed arrays have the byte order of the process's memory? */
const IS_NATIVE = endianness() === 'LE'

/** A number as a field: as many bytes as it is aligned to. */
export class Scalar<T> implements Layout<T, T, T, Ptr> {
  readonly size: number
  readonly #name: string
  readonly #access: Access<T>
  readonly #array: ElementArray<T> | null

  constructor(name: string, size: number, array: ElementArray<T> | null, access: Access<T>) {
    this.size = size
    this.#name = name
    this.#array = array
    this.#access = access
  }

  get alignment(): number {
    return this.size
  }

  read(data: DataView, at: number): T {
    return this.#access.read(data, at)
  }

  write(data: DataView, at: number, value: T, written?: WrittenRanges): void {
    try {
      this.#access.write(data, at, value)
    } catch (error) {
      // A number for a bigint, an object without a value. What is no number in JavaScript's eyes is written as it would be to a typed array.
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error
      throw new PosixError('EINVAL', 'struct', `'${String(value)}' is no value for a field of type ${this.#name}`)
    }
    written?.add(at, at + this.size)
  }

  pointers(address: Ptr): Ptr {
    return address
  }

  property(offset: number): ViewProperty<T> {
    return this.#access.property(offset)
  }

  /** A typed array on `length` of them; `null`: there is none of this kind or on this machine, or they lie too oddly for it. */
  arrayOn(data: DataView, offset: number, length: number): InstanceType<ElementArray<T>> | null {
    const at = data.byteOffset + offset
    if (this.#array === null || at % this.size !== 0 || !(IS_NATIVE || this.size === 1)) return null
    return new this.#array(data.buffer, at, length)
  }
}

/** A signed integer of 8 bits. */
export const i8 = new Scalar<number>('i8', 1, Int8Array, {
  read: (data, at) => data.getInt8(at),
  write: (data, at, value) => {
    data.setInt8(at, value)
  },
  property: (offset) => ({
    get() {
      return this[DATA].getInt8(this[OFFSET] + offset)
    },
    set(value: number) {
      this[DATA].setInt8(this[OFFSET] + offset, value)
    },
  }),
})

/** An unsigned integer of 8 bits. */
export const u8 = new Scalar<number>('u8', 1, Uint8Array, {
  read: (data, at) => data.getUint8(at),
  write: (data, at, value) => {
    data.setUint8(at, value)
  },
  property: (offset) => ({
    get() {
      return this[DATA].getUint8(this[OFFSET] + offset)
    },
    set(value: number) {
      this[DATA].setUint8(this[OFFSET] + offset, value)
    },
  }),
})

/** A signed integer of 16 bits. */
export const i16 = new Scalar<number>('i16', 2, Int16Array, {
  read: (data, at) => data.getInt16(at, true),
  write: (data, at, value) => {
    data.setInt16(at, value, true)
  },
  property: (offset) => ({
    get() {
      return this[DATA].getInt16(this[OFFSET] + offset, true)
    },
    set(value: number) {
      this[DATA].setInt16(this[OFFSET] + offset, value, true)
    },
  }),
})

/** An unsigned integer of 16 bits. */
export const u16 = new Scalar<number>('u16', 2, Uint16Array, {
  read: (data, at) => data.getUint16(at, true),
  write: (data, at, value) => {
    data.setUint16(at, value, true)
  },
  property: (offset) => ({
    get() {
      return this[DATA].getUint16(this[OFFSET] + offset, true)
    },
    set(value: number) {
      this[DATA].setUint16(this[OFFSET] + offset, value, true)
    },
  }),
})

/** A signed integer of 32 bits. */
export const i32 = new Scalar<number>('i32', 4, Int32Array, {
  read: (data, at) => data.getInt32(at, true),
  write: (data, at, value) => {
    data.setInt32(at, value, true)
  },
  property: (offset) => ({
    get() {
      return this[DATA].getInt32(this[OFFSET] + offset, true)
    },
    set(value: number) {
      this[DATA].setInt32(this[OFFSET] + offset, value, true)
    },
  }),
})

/** An unsigned integer of 32 bits. */
export const u32 = new Scalar<number>('u32', 4, Uint32Array, {
  read: (data, at) => data.getUint32(at, true),
  write: (data, at, value) => {
    data.setUint32(at, value, true)
  },
  property: (offset) => ({
    get() {
      return this[DATA].getUint32(this[OFFSET] + offset, true)
    },
    set(value: number) {
      this[DATA].setUint32(this[OFFSET] + offset, value, true)
    },
  }),
})

/** A signed integer of 64 bits: a `bigint`. */
export const i64 = new Scalar<bigint>('i64', 8, BigInt64Array, {
  read: (data, at) => data.getBigInt64(at, true),
  write: (data, at, value) => {
    data.setBigInt64(at, value, true)
  },
  property: (offset) => ({
    get() {
      return this[DATA].getBigInt64(this[OFFSET] + offset, true)
    },
    set(value: bigint) {
      this[DATA].setBigInt64(this[OFFSET] + offset, value, true)
    },
  }),
})

/** An unsigned integer of 64 bits: a `bigint`. */
export const u64 = new Scalar<bigint>('u64', 8, BigUint64Array, {
  read: (data, at) => data.getBigUint64(at, true),
  write: (data, at, value) => {
    data.setBigUint64(at, value, true)
  },
  property: (offset) => ({
    get() {
      return this[DATA].getBigUint64(this[OFFSET] + offset, true)
    },
    set(value: bigint) {
      this[DATA].setBigUint64(this[OFFSET] + offset, value, true)
    },
  }),
})

/** A floating-point number of 32 bits. */
export const f32 = new Scalar<number>('f32', 4, Float32Array, {
  read: (data, at) => data.getFloat32(at, true),
  write: (data, at, value) => {
    data.setFloat32(at, value, true)
  },
  property: (offset) => ({
    get() {
      return this[DATA].getFloat32(this[OFFSET] + offset, true)
    },
    set(value: number) {
      this[DATA].setFloat32(this[OFFSET] + offset, value, true)
    },
  }),
})

/** A floating-point number of 64 bits. */
export const f64 = new Scalar<number>('f64', 8, Float64Array, {
  read: (data, at) => data.getFloat64(at, true),
  write: (data, at, value) => {
    data.setFloat64(at, value, true)
  },
  property: (offset) => ({
    get() {
      return this[DATA].getFloat64(this[OFFSET] + offset, true)
    },
    set(value: number) {
      this[DATA].setFloat64(this[OFFSET] + offset, value, true)
    },
  }),
})

const readPointer = (data: DataView, at: number): Ptr =>
  data.getUint32(at, true) + data.getUint32(at + 4, true) * 2 ** 32

function writePointer(data: DataView, at: number, value: Ptr): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new PosixError(
      'EINVAL',
      'struct',
      `'${String(value)}' is no address: a pointer is an integer of 0 … 2^53 − 1`,
    )
  }
  data.setUint32(at, value % 2 ** 32, true)
  data.setUint32(at + 4, Math.floor(value / 2 ** 32), true)
}

/** An address: 64 bits, of which a number holds 53 exactly. */
export const ptr = new Scalar<Ptr>('ptr', 8, null, {
  read: readPointer,
  write: writePointer,
  property: (offset) => ({
    get() {
      return readPointer(this[DATA], this[OFFSET] + offset)
    },
    set(value: Ptr) {
      writePointer(this[DATA], this[OFFSET] + offset, value)
    },
  }),
})
