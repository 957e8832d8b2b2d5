import { callDirectly, registers, SUSPENDED, systemCall, type Routine } from '@atoll/kernel'
import { PROT_READ } from '../constants.js'
import { continuation, goOn } from '../continuation.js'
import type { Ptr } from '../pointer.js'
import {
  StructLayout,
  type Fields,
  type StructFields,
  type StructInput,
  type StructOptions,
  type StructPointers,
  type StructValue,
  type StructView,
} from './struct-layout.js'
import { WrittenRanges } from './written-ranges.js'

/** How structures come to the memory that they lie in; called by the direct protocol. */
export interface BlockAccess {
  /** A copy of `length` bytes. */
  readonly copyout: (address: Ptr, length: number) => Promise<Uint8Array>
  /** Writes `bytes`. */
  readonly copyin: (address: Ptr, bytes: Uint8Array) => Promise<void>
}

/** See {@link BlockAccess}. */
export interface MemoryAccess extends BlockAccess {
  /** A view of `length` bytes, coherent whenever its thread runs. */
  readonly view: (address: Ptr, constructor: DataViewConstructor, length: number, prot: number) => Promise<DataView>
}

/** A structure that programs load, store, point into and view. How it comes to its memory is said by a subclass. */
export abstract class Struct<F extends Fields = Fields> extends StructLayout<F> {
  /** How it comes to its memory. */
  abstract get access(): MemoryAccess

  /**
   * The structure at this address as a plain object: a copy.
   *
   * @throws PosixError `EFAULT`: not all of it can be read.
   */
  declare readonly load: (address: Ptr) => Promise<StructValue<F>>

  /**
   * Writes the given fields of the structure at this address, and no others (except for padding between them). Each run of neighbouring
   * fields is written at once, one run after another.
   *
   * @throws PosixError `EFAULT`: it can't be written; `EINVAL`: there is no such field, or not of such a value.
   */
  declare readonly store: (address: Ptr, fields: StructInput<F>) => Promise<void>

  /**
   * The structure at this address as an object whose properties are the memory. `prot` is `PROT_READ`, or `PROT_READ | PROT_WRITE` if
   * properties are assigned. It lasts as long as the view that it is made of.
   *
   * @example
   * const p = await Particle.view(address, PROT_READ | PROT_WRITE)
   * p.x += p.speed.x
   * @throws PosixError `EFAULT`, `EACCES`: as `view`.
   */
  declare readonly view: (address: Ptr, prot?: number) => Promise<StructView & StructFields<F>>

  /** The addresses of the fields of the structure at this address; of arrays, that of their first element. */
  at(address: Ptr): StructPointers<F> {
    return this.pointers(address)
  }

  /** It goes to other kernels as its declaration, unless it has a name as what a module declares. */
  [Symbol.for('atoll.serialize')](): unknown {
    return [Object.entries(this.fields), this.isPacked]
  }

  static [Symbol.for('atoll.deserialize')](
    this: new (fields: Fields, options: StructOptions) => Struct,
    [fields, packed]: [[string, Fields[string]][], boolean],
  ): Struct {
    return new this(Object.fromEntries(fields), { packed })
  }

  static {
    const methods = { load, store, view }
    for (const [name, body] of Object.entries(methods)) {
      Object.defineProperty(this.prototype, name, { value: systemCall(name, body as Routine) })
    }
  }
}

const dataOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)

function load(this: Struct, address: Ptr): unknown {
  const copy = callDirectly(this.access.copyout as Routine, undefined, [address, this.size])
  return goOn(copy, { $f: LOADED, $p: 0, $c: null, struct: this })
}

const LOADED = continuation('struct-loaded', ['struct'], (frame, bytes) =>
  (frame['struct'] as Struct).read(dataOf(bytes as Uint8Array), 0),
)

function store(this: Struct, address: Ptr, fields: StructInput<Fields>): unknown {
  const bytes = new Uint8Array(this.size)
  const written = new WrittenRanges()
  this.write(dataOf(bytes), 0, fields, written)
  const parts = written.ranges.map(({ start, end }) => [address + start, bytes.subarray(start, end)] as Part)
  return storeParts(this, parts, 0)
}

/** Where these bytes go. */
type Part = readonly [Ptr, Uint8Array]

function storeParts(struct: Struct, parts: readonly Part[], first: number): unknown {
  for (let i = first; i < parts.length; i++) {
    const stored = callDirectly(struct.access.copyin as Routine, undefined, parts[i])
    if (stored === SUSPENDED) return registers.extend({ $f: STORED, $p: 0, $c: null, struct, parts, next: i + 1 })
  }
  return undefined
}

const STORED = continuation('struct-stored', ['struct', 'parts', 'next'], (frame) =>
  storeParts(frame['struct'] as Struct, frame['parts'] as readonly Part[], frame['next'] as number),
)

function view(this: Struct, address: Ptr, prot: number = PROT_READ): unknown {
  const data = callDirectly(this.access.view as Routine, undefined, [address, DataView, this.size, prot])
  return goOn(data, { $f: VIEWED, $p: 0, $c: null, struct: this })
}

const VIEWED = continuation('struct-viewed', ['struct'], (frame, data) =>
  (frame['struct'] as Struct).viewOn(data as DataView, 0),
)
