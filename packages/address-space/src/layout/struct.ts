import { registers, SUSPENDED, systemCall, type BlockingCall } from '@atoll/kernel'
import { copyIn, copyOut } from '../access/blocks.js'
import { PROT_READ } from '../constants.js'
import { continuation, goOn } from '../continuation.js'
import type { Ptr } from '../pointer.js'
import { makeView } from '../views/calls.js'
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
import { withScratch } from './scratch.js'
import { WrittenRanges } from './written-ranges.js'

/** A structure that programs load, store, point into and view; made by {@link struct}. */
export class Struct<F extends Fields = Fields> extends StructLayout<F> {
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

  static [Symbol.for('atoll.deserialize')]([fields, packed]: [[string, Fields[string]][], boolean]): Struct {
    return new Struct(Object.fromEntries(fields), { packed })
  }

  static {
    const methods = { load, store, view }
    for (const [name, body] of Object.entries(methods)) {
      Object.defineProperty(this.prototype, name, { value: systemCall(name, body as BlockingCall) })
    }
  }
}

function load(this: Struct, address: Ptr): unknown {
  return goOn(copyOut(address, this.size), { $f: LOADED, $p: 0, $c: null, struct: this })
}

const LOADED = continuation('struct-loaded', ['struct'], (frame, value) => {
  const content = value as Uint8Array
  return withScratch(content.length, ({ bytes, data }) => {
    bytes.set(content)
    return (frame['struct'] as Struct).read(data, 0)
  })
})

function store(this: Struct, address: Ptr, fields: StructInput<Fields>): unknown {
  const { size } = this
  const written = new WrittenRanges()
  const parts = withScratch(size, ({ bytes, data }) => {
    bytes.fill(0, 0, size)
    this.write(data, 0, fields, written)
    return written.ranges.map(({ start, end }): Part => [address + start, bytes.slice(start, end)])
  })
  return storeParts(parts, 0)
}

/** Where these bytes go. */
type Part = readonly [Ptr, Uint8Array]

function storeParts(parts: readonly Part[], first: number): unknown {
  for (let i = first; i < parts.length; i++) {
    const [address, bytes] = parts[i]
    if (copyIn(address, bytes) !== SUSPENDED) continue
    return registers.extend({ $f: STORED, $p: 0, $c: null, parts, next: i + 1 })
  }
  return undefined
}

const STORED = continuation('struct-stored', ['parts', 'next'], (frame) =>
  storeParts(frame['parts'] as readonly Part[], frame['next'] as number),
)

function view(this: Struct, address: Ptr, prot: number = PROT_READ): unknown {
  return goOn(makeView(address, DataView, this.size, prot), { $f: VIEWED, $p: 0, $c: null, struct: this })
}

const VIEWED = continuation('struct-viewed', ['struct'], (frame, data) =>
  (frame['struct'] as Struct).viewOn(data as DataView, 0),
)

/**
 * Declares a structure: named fields, laid out as C does, little-endian on every machine. Fields are numbers (`i8` … `f64`), pointers (`ptr`), arrays (`array`) and other
 * structures; their TypeScript types follow.
 *
 * @example
 * const Particle = struct({ x: f64, y: f64, speed: struct({ x: f32, y: f32 }), name: array(u8, 16), next: ptr })
 * const address = await malloc(Particle.size)
 * await Particle.store(address, { x: 1, y: 2, next: 0 })
 * const { x, speed } = await Particle.load(address)
 * await atomic_fetch_add_i32(Counter.at(counter).hits, 1)
 *
 * @throws PosixError `EINVAL`: a field's name is no identifier, or its type none.
 */
export const struct = <F extends Fields>(fields: F, options?: StructOptions): Struct<F> => new Struct(fields, options)
