import { PosixError } from '@atoll/kernel'
import type { Ptr } from '../pointer.js'
import {
  asPartOf,
  DATA,
  LAYOUT,
  OFFSET,
  type InputOf,
  type Layout,
  type PointersOf,
  type ValueOf,
  type Viewed,
  type ViewOf,
  type ViewProperty,
} from './layout.js'
import type { WrittenRanges } from './written-ranges.js'

/** The fields of a structure, in the order in which they lie in memory. */
export type Fields = Readonly<Record<string, Layout>>

/** A structure as a plain object. */
export type StructValue<F extends Fields> = { -readonly [K in keyof F]: ValueOf<F[K]> }
/** What a structure can be written from: fields that are left out stay as they are. */
export type StructInput<F extends Fields> = { readonly [K in keyof F]?: InputOf<F[K]> }
/** Where the fields of a structure are; of nested structures, where theirs are. */
export type StructPointers<F extends Fields> = { readonly [K in keyof F]: PointersOf<F[K]> }
/** The fields of a structure in memory, to be read and assigned. */
export type StructFields<F extends Fields> = { [K in keyof F]: ViewOf<F[K]> }

/** See `struct`. */
export interface StructOptions {
  /** No gaps between fields, and no alignment: C's `__attribute__((packed))`. @default false */
  readonly packed?: boolean
}

/** A structure in memory. Ends with the view of the memory: at the end of its `using`, too. */
export abstract class StructView implements Viewed {
  readonly [DATA]: DataView
  readonly [OFFSET]: number

  constructor(data: DataView, offset: number) {
    this[DATA] = data
    this[OFFSET] = offset
  }

  abstract get [LAYOUT](): StructLayout

  /** Ends the view of the memory, and with it all that are parts of it. */
  [Symbol.dispose](): void {
    ;(this[DATA] as Partial<Disposable>)[Symbol.dispose]?.()
  }

  /** It goes to other kernels as what it is a view of. */
  [Symbol.for('atoll.serialize')](): unknown {
    return [this[LAYOUT], this[DATA], this[OFFSET]]
  }

  static [Symbol.for('atoll.deserialize')]([layout, data, offset]: [StructLayout, DataView, number]): StructView {
    return layout.viewOn(data, offset)
  }

  [Symbol.for('nodejs.util.inspect.custom')](): unknown {
    return this[LAYOUT].read(this[DATA], this[OFFSET])
  }
}

interface Field {
  readonly name: string
  readonly layout: Layout
  /** Bytes from the beginning of the structure. */
  readonly offset: number
  /** Where the next field begins, or the structure ends: up to there is padding. */
  readonly end: number
}

/** Named fields, one behind the other, each aligned as C has it. */
export class StructLayout<F extends Fields = Fields> implements Layout<
  StructValue<F>,
  StructInput<F>,
  StructView & StructFields<F>,
  StructPointers<F>
> {
  readonly size: number
  readonly alignment: number
  readonly fields: F
  readonly isPacked: boolean
  readonly #fields: readonly Field[]
  readonly #byName: ReadonlyMap<PropertyKey, Field>
  readonly #View: new (data: DataView, offset: number) => StructView & StructFields<F>

  constructor(fields: F, { packed = false }: StructOptions = {}) {
    this.fields = fields
    this.isPacked = packed
    const layouts = Object.entries(checked(fields))
    this.alignment = packed ? 1 : Math.max(1, ...layouts.map(([, { alignment }]) => alignment))
    let end = 0
    const placed = layouts.map(([name, layout]) => {
      const offset = alignUp(end, packed ? 1 : layout.alignment)
      end = offset + layout.size
      return { name, layout, offset }
    })
    this.size = alignUp(end, this.alignment)
    this.#fields = placed.map((field, i) => ({ ...field, end: placed[i + 1]?.offset ?? this.size }))
    this.#byName = new Map(this.#fields.map((field) => [field.name, field]))
    this.#View = this.#makeView()
  }

  /** Bytes between the beginning of the structure and the beginning of a field: C's `offsetof`. */
  offsetOf(name: keyof F): number {
    return this.#field(name).offset
  }

  read(data: DataView, at: number): StructValue<F> {
    const value: Record<string, unknown> = {}
    for (const { name, layout, offset } of this.#fields) value[name] = layout.read(data, at + offset)
    return value as StructValue<F>
  }

  /** A field whose value is `undefined` is left out. */
  write(data: DataView, at: number, value: StructInput<F>, written?: WrittenRanges): void {
    if (typeof value !== 'object' || value === null) {
      throw new PosixError('EINVAL', 'struct', `a structure can't be written from '${String(value)}': give an object`)
    }
    for (const name of Object.keys(value)) this.#field(name)
    for (const { name, layout, offset, end } of this.#fields) {
      const part = value[name]
      if (part === undefined) continue
      layout.write(data, at + offset, part as never, written)
      written?.pad(at + offset + layout.size, at + end)
    }
  }

  pointers(address: Ptr): StructPointers<F> {
    const pointers: Record<string, unknown> = {}
    for (const { name, layout, offset } of this.#fields) pointers[name] = layout.pointers(address + offset)
    return pointers as StructPointers<F>
  }

  property(offset: number): ViewProperty<StructView & StructFields<F>> {
    const View = this.#View
    const write = this.write.bind(this)
    return {
      get() {
        return new View(this[DATA], this[OFFSET] + offset)
      },
      set(value: StructInput<F>) {
        write(this[DATA], this[OFFSET] + offset, value)
      },
    }
  }

  /** The structure that lies at byte `offset`. */
  viewOn(data: DataView, offset: number): StructView & StructFields<F> {
    return new this.#View(data, offset)
  }

  /** What a view shows, as a plain object: a copy. */
  copy(view: StructView & StructFields<F>): StructValue<F> {
    return this.read(view[DATA], view[OFFSET])
  }

  /** Assigns the given fields of a view, nested structures and arrays from plain ones, and leaves the others as they are. */
  assign(view: StructView & StructFields<F>, fields: StructInput<F>): void {
    this.write(view[DATA], view[OFFSET], fields)
  }

  #field(name: PropertyKey): Field {
    const field = this.#byName.get(name)
    if (field) return field
    const names = this.#fields.map((each) => each.name).join(', ')
    throw new PosixError('EINVAL', 'struct', `there is no field '${String(name)}'; there are: ${names}`)
  }

  #makeView(): new (data: DataView, offset: number) => StructView & StructFields<F> {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- a getter of the class made here has another `this`
    const layout = this
    const View = class extends StructView {
      get [LAYOUT](): StructLayout {
        return layout
      }
    }
    asPartOf(View)
    for (const { name, layout: part, offset } of this.#fields) {
      Object.defineProperty(View.prototype, name, { ...part.property(offset), enumerable: true, configurable: true })
    }
    return View as unknown as new (data: DataView, offset: number) => StructView & StructFields<F>
  }
}

const alignUp = (bytes: number, alignment: number): number => Math.ceil(bytes / alignment) * alignment

/** Fields in the order of their declaration: JavaScript puts names that are numbers first, so there are none. */
function checked<F extends Fields>(fields: F): F {
  for (const [name, layout] of Object.entries(fields)) {
    if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) {
      throw new PosixError('EINVAL', 'struct', `'${name}' is no name for a field: names are identifiers`)
    }
    if (typeof (layout as Partial<Layout> | null)?.property !== 'function') {
      const types = 'i8 … f64, ptr, array(…), struct(…)'
      throw new PosixError('EINVAL', 'struct', `the type of field '${name}' is none of ${types}`)
    }
  }
  return fields
}
