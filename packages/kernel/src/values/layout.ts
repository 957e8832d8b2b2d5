import type { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import { hash } from './interned.js'
import { LayoutKind, MAX_LAYOUT_KEYS } from './tags.js'

/** A set that grew larger than this holds keys that are data; it is emptied, so that it stays a cache. */
const MOST_LAYOUTS = 1024
/** Decoding this many objects of one layout pays for compiling their constructor (some 40 µs). */
const USES_BEFORE_COMPILING = 2
/** The same where keys are data, perhaps made to keep this machine busy. */
const USES_IN_A_CROWD = 64

/** Makes an object of a layout, or gives an object its properties, from `values[base]` on. */
type Make = (values: readonly unknown[], base: number) => object
type Fill = (target: object, values: readonly unknown[], base: number) => void

/** The own keys, in order, of ordinary objects with one prototype: what the engine calls a hidden class. */
export class Layout {
  readonly keys: readonly string[]
  readonly set: LayoutSet
  #definition: Uint8Array | null = null
  #uses = 0
  #make: Make | null = null
  #fill: Fill | null = null

  constructor(keys: readonly string[], set: LayoutSet) {
    this.keys = keys
    this.set = set
  }

  /** The number of keys and the keys, as they are written. */
  get definition(): Uint8Array {
    return (this.#definition ??= writeDefinition(this.keys))
  }

  /** Objects of plain layouts are made as literals, so that they get the hidden class of the program's own literals. */
  get isLiteral(): boolean {
    return this.set.kind === LayoutKind.PLAIN
  }

  /** A new plain object with the values from `values[base]` on. */
  make(values: readonly unknown[], base: number): object {
    return this.#make === null ? this.#makeCold(values, base) : this.#make(values, base)
  }

  /** An object without properties yet, for {@link fill}. */
  allocate(): object {
    return this.set.allocate()
  }

  /** Gives `target` its own properties; if it has them already, new values. */
  fill(target: object, values: readonly unknown[], base: number): void {
    if (this.#fill === null) this.#fillCold(target, values, base)
    else this.#fill(target, values, base)
  }

  #makeCold(values: readonly unknown[], base: number): object {
    if (this.#uses++ >= this.set.usesBeforeCompiling) this.#make = compileMake(this.keys)
    const object = literalOf(this.keys, values, base)
    for (const [i, key] of this.keys.entries()) define(object, key, values[base + i])
    return object
  }

  #fillCold(target: object, values: readonly unknown[], base: number): void {
    const { prototype } = this.set
    // An assignment could run a setter of the prototype, or fail on a read-only property there.
    const canAssign = prototype === null || !this.keys.some((key) => key in prototype)
    if (canAssign && this.#uses++ >= this.set.usesBeforeCompiling) this.#fill = compileFill(this.keys)
    for (const [i, key] of this.keys.entries()) define(target, key, values[base + i])
  }
}

/** The layouts of objects with one prototype. */
export class LayoutSet {
  readonly prototype: object | null
  readonly kind: (typeof LayoutKind)[keyof typeof LayoutKind]
  readonly #byFirstKey = new Map<string, Layout[]>()
  readonly #byDefinition = new Map<number, { layout: Layout; definition: Uint8Array }>()
  readonly #shadow: (new () => object) | null
  #size = 0
  usesBeforeCompiling = USES_BEFORE_COMPILING

  constructor(prototype: object | null) {
    this.prototype = prototype
    this.kind =
      prototype === null ? LayoutKind.NULL : prototype === Object.prototype ? LayoutKind.PLAIN : LayoutKind.PROTOTYPE
    this.#shadow = prototype === null ? null : shadowOf(prototype)
  }

  /** The layout of these keys. */
  of(keys: readonly string[]): Layout {
    const first = keys.length === 0 ? '' : keys[0]
    const candidates = this.#byFirstKey.get(first)
    if (candidates !== undefined) {
      for (const candidate of candidates) if (sameKeys(candidate.keys, keys)) return candidate
    }
    return this.#add(first, keys)
  }

  /** Reads a layout's definition: the number of keys and the keys. */
  read(reader: ByteReader): Layout {
    const { bytes, position: start } = reader
    const count = reader.count()
    if (count > MAX_LAYOUT_KEYS) throw reader.malformed(`a layout of ${count} keys`)
    for (let i = 0; i < count; i++) reader.skipUntaggedString()
    const key = hash(bytes, start, reader.position)
    const known = this.#byDefinition.get(key)
    if (known !== undefined && isAt(bytes, start, reader.position, known.definition)) return known.layout
    const definition = Uint8Array.from(bytes.subarray(start, reader.position))
    reader.position = start
    const layout = this.of(Array.from({ length: reader.count() }, () => reader.untaggedString()))
    this.#byDefinition.set(key, { layout, definition })
    return layout
  }

  /** An object with this prototype. */
  allocate(): object {
    return this.#shadow === null ? (Object.create(null) as object) : new this.#shadow()
  }

  #add(first: string, keys: readonly string[]): Layout {
    if (this.#size++ >= MOST_LAYOUTS) {
      this.#byFirstKey.clear()
      this.#byDefinition.clear()
      this.#size = 1
      this.usesBeforeCompiling = USES_IN_A_CROWD
    }
    const layout = new Layout(keys.slice(), this)
    const candidates = this.#byFirstKey.get(first)
    if (candidates === undefined) this.#byFirstKey.set(first, [layout])
    else candidates.unshift(layout)
    return layout
  }
}

/** Are the bytes from `start` to `end` these? */
function isAt(bytes: Uint8Array, start: number, end: number, expected: Uint8Array): boolean {
  if (end - start !== expected.length) return false
  for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false
  return true
}

function writeDefinition(keys: readonly string[]): Uint8Array {
  const writer = new ByteWriter()
  writer.begin()
  writer.varint(keys.length)
  for (const key of keys) writer.untaggedString(key)
  return writer.take().slice()
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/**
 * A constructor of objects with this prototype that runs none of the program's code. `Object.create` makes objects whose
 * properties live in a separate array; these have them inside, as the program's own constructor does.
 */
function shadowOf(prototype: object): new () => object {
  function Shadow(): void {}
  Shadow.prototype = prototype
  return Shadow as unknown as new () => object
}

/**
 * An object as a literal of these keys makes it, its values yet to be assigned: the engine gives what it parses the hidden class of
 * such a literal. Each property begins with a value represented like its own, or its class would forget that it holds numbers.
 */
export function literalOf(keys: readonly string[], values: readonly unknown[], base: number): object {
  const members = keys.map((key, i) => `${JSON.stringify(key)}:${representative(values[base + i])}`)
  return JSON.parse(`{${members.join()}}`) as object
}

function representative(value: unknown): string {
  if (typeof value !== 'number') return 'null'
  return (value | 0) === value ? '0' : '0.5'
}

/** Defines an own property as an initializer does: nothing inherited runs or prevents it. */
export function define(target: object, key: string, value: unknown): void {
  if (key in target && !Object.hasOwn(target, key)) {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
  } else {
    ;(target as Record<string, unknown>)[key] = value
  }
}

/** A function that makes objects of these keys by a literal, in which `__proto__` must be computed to be a property. */
function compileMake(keys: readonly string[]): Make {
  const properties = keys.map((key, i) => `${key === '__proto__' ? `['__proto__']` : JSON.stringify(key)}: v[b + ${i}]`)
  return new Function('v', 'b', `return { ${properties.join(', ')} }`) as Make
}

function compileFill(keys: readonly string[]): Fill {
  const stores = keys.map((key, i) => `o[${JSON.stringify(key)}] = v[b + ${i}]`)
  return new Function('o', 'v', 'b', stores.join('; ')) as Fill
}
