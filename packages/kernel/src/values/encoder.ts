import { types } from 'node:util'
import { builtinCodeOf } from '../frames/builtin.js'
import { UNINITIALIZED, type Code, type Frame } from '../frames/frame.js'
import { ByteWriter } from './byte-writer.js'
import type { EncodeContext } from './context.js'
import { writeArray, writeArguments } from './encode-arrays.js'
import { writeBuiltin } from './encode-builtins.js'
import { writeFunction } from './encode-functions.js'
import { intrinsicName } from './intrinsics.js'
import { isFrame } from './is-frame.js'
import { type Layout, LayoutSet } from './layout.js'
import { isKnownOwner } from './owners.js'
import { assignedAttributes, integrityOf, ownProperty, type Patch, type Property } from './properties.js'
import { DESERIALIZE, kindOf, ownerOf, prototypeInfo, SERIALIZE, type Owner, type Prototype } from './prototypes.js'
import {
  Attribute,
  FORMAT_VERSION,
  HARD_DEPTH,
  Integrity,
  Job,
  LayoutKind,
  MAX_LAYOUT_KEYS,
  SHORT_LAYOUT,
  SHORT_STRING,
  SOFT_DEPTH,
  Tag,
} from './tags.js'
import { Table } from './table.js'
import { SHARED_MEMORY, Unmovable } from './unmovable.js'
import { ViewRegions } from './view-regions.js'

const { getOwnPropertyDescriptor, getOwnPropertyNames, getOwnPropertySymbols, getPrototypeOf, isExtensible } = Object

const PLAIN = new LayoutSet(Object.prototype)
const BARE = new LayoutSet(null)

/**
 * Writes one image at a time. The walk is recursive down to {@link SOFT_DEPTH}; containers below it are made empty and filled
 * by a job, so depth costs no stack. Nothing of the program runs but its `[Symbol.for('atoll.serialize')]()` methods.
 */
export class Encoder extends ByteWriter {
  context!: EncodeContext // set by encode(), which is the only way in
  /** Objects in the order in which they begin: an object's number is how references name it. */
  readonly identities = new Table<object>()
  /** Function ids and names in order of appearance. */
  readonly #ids = new Table<object | string>()
  readonly #layouts = new Table<Layout>()
  /** What remains to be written when the roots are. */
  #jobs: (() => void)[] = []
  /** Property values between being read and being written. */
  #values: unknown[] = []
  #top = 0
  depth = 0
  #serializing: object[] = []
  regions: ViewRegions | null = null

  encode(roots: readonly unknown[], context: EncodeContext): Uint8Array {
    this.context = context
    this.regions = ViewRegions.needed(context.endianness)
    this.begin()
    try {
      this.byte(FORMAT_VERSION)
      this.varint(roots.length)
      for (const root of roots) this.value(root)
      this.#finish(0)
      this.regions?.swap()
      return this.take()
    } finally {
      this.#forget()
    }
  }

  #forget(): void {
    this.identities.clear()
    this.#ids.clear()
    this.#layouts.clear()
    this.#jobs = []
    this.#values = []
    this.#top = 0
    this.depth = 0
    this.#serializing = []
  }

  value(value: unknown): void {
    switch (typeof value) {
      case 'number':
        return this.number(value)
      case 'object':
        return value === null ? this.byte(Tag.NULL) : this.#object(value)
      case 'string':
        return this.string(value)
      case 'boolean':
        return this.byte(value ? Tag.TRUE : Tag.FALSE)
      case 'undefined':
        return this.byte(Tag.UNDEFINED)
      case 'function':
        return this.function(value as Owner)
      case 'symbol':
        return this.#symbol(value)
      case 'bigint':
        return this.#bigint(value)
    }
  }

  /** Writes contents and properties that were put off since job `from`. */
  #finish(from: number): void {
    for (let i = from; i < this.#jobs.length; i++) this.#jobs[i]?.()
    this.#jobs.length = from
    this.byte(Job.END)
  }

  /** Puts off what `write` writes until the roots are written. */
  defer(write: () => void): void {
    this.#jobs.push(write)
  }

  // ── Objects ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #object(object: object): void {
    if (this.reference(object)) return
    if (this.depth > HARD_DEPTH) throw new Unmovable(object, 'nested too deeply', 'link it by arrays or properties')
    if (this.named(object)) return
    if (types.isProxy(object)) throw new Unmovable(object, "a Proxy, whose handler can't be read", 'move its target')
    const prototype = getPrototypeOf(object) as object | null
    if (prototype === Object.prototype) {
      if (Array.isArray(object)) this.#special(object, prototype)
      else this.#plain(object)
    } else if (prototype === Array.prototype && Array.isArray(object)) {
      writeArray(this, object, null)
    } else if (prototype === null) {
      this.#ordinary(object, BARE, null)
    } else {
      this.#special(object, prototype)
    }
  }

  /** Writes a reference if `object` has begun already. */
  reference(object: object): boolean {
    const index = this.identities.indexOf(object)
    if (index < 0) return false
    this.byte(Tag.REFERENCE)
    this.varint(index)
    return true
  }

  /** Writes the name of an object that is not copied. */
  named(object: object): boolean {
    const { instance, externals } = this.context
    const name = instance.nameOf(object)
    if (name !== undefined) return this.#name(Tag.NAME, name)
    const external = externals?.nameOf(object)
    return external !== undefined && this.#name(Tag.EXTERNAL, external)
  }

  /** Writes the name of an object that the language provides. */
  intrinsic(object: object): boolean {
    const name = intrinsicName(object)
    return name !== undefined && this.#name(Tag.INTRINSIC, name)
  }

  #name(tag: number, name: string): true {
    this.byte(tag)
    this.id(name, name)
    return true
  }

  /** Writes an id or name: spelled out the first time, then by number. `key` stands for it. */
  id(key: object | string, id: string): void {
    const index = this.#ids.indexOf(key)
    this.varint(index + 1)
    if (index >= 0) return
    this.#ids.add(key)
    this.untaggedString(id)
  }

  /** An object whose prototype is `Object.prototype`: the fast path. */
  #plain(object: object): void {
    const names = getOwnPropertyNames(object)
    if (names[0] === '$f' && isFrame(object)) this.#stack(object)
    else this.#ordinary(object, PLAIN, names)
  }

  /** An object without inner state. `names` are its own string keys, if known. */
  #ordinary(object: object, layouts: LayoutSet, names: readonly string[] | null): void {
    names ??= getOwnPropertyNames(object)
    const base = this.#top
    if (names.length <= MAX_LAYOUT_KEYS && this.#readAssigned(object, names)) {
      const layout = layouts.of(names)
      // What a dependency writes may include the object itself.
      if (layouts.kind === LayoutKind.PROTOTYPE && this.#dependsOn(layout) && this.reference(object)) this.#top = base
      else this.#layoutObject(object, layout, base)
    } else {
      this.#top = base
      this.#irregular(object, layouts)
    }
  }

  /** Stacks the properties' values if all are as an assignment makes them and there are no others. */
  #readAssigned(object: object, names: readonly string[]): boolean {
    for (const name of names) {
      const property = getOwnPropertyDescriptor(object, name)
      if (!property?.writable || !property.enumerable || !property.configurable) return false
      this.#values[this.#top++] = property.value
    }
    return isExtensible(object) && getOwnPropertySymbols(object).length === 0
  }

  #layoutObject(object: object, layout: Layout, base: number): void {
    const index = this.identities.add(object)
    if (this.depth >= SOFT_DEPTH) {
      const values = this.#values.slice(base, this.#top)
      this.#top = base
      this.byte(Tag.LATER)
      this.#layout(layout)
      this.contents(index, () => this.#all(values))
      return
    }
    this.#layout(layout)
    this.depth++
    for (let at = base; at < base + layout.keys.length; at++) this.value(this.#values[at])
    this.depth--
    this.#top = base
  }

  #all(values: readonly unknown[]): void {
    for (const value of values) this.value(value)
  }

  /** Writes a layout: defined the first time, then by number. */
  #layout(layout: Layout): void {
    const index = this.#layouts.indexOf(layout)
    if (index >= 0) {
      if (index < SHORT_STRING - SHORT_LAYOUT) return this.byte(SHORT_LAYOUT + index)
      this.byte(Tag.LAYOUT)
      return this.varint(index)
    }
    this.#layouts.add(layout)
    this.byte(Tag.NEW_LAYOUT)
    this.#prototype(layout.set)
    this.raw(layout.definition)
  }

  #prototype({ kind, prototype }: LayoutSet): void {
    this.byte(kind)
    // A layout of this kind has a prototype.
    if (kind === LayoutKind.PROTOTYPE) this.prototypeValue(prototypeInfo(prototype as object))
  }

  /** Writes a prototype that is not the standard one of the object's kind. Its dependencies must be written. */
  prototypeValue(prototype: Prototype): void {
    if (prototype.owner === null) return this.value(prototype.object)
    this.byte(Tag.PROTOTYPE)
    this.function(prototype.owner)
  }

  /** Writes what a new layout refers to. Returns whether there was something to write. */
  #dependsOn(layout: Layout): boolean {
    if (this.#layouts.indexOf(layout) >= 0) return false
    const { owner, object } = prototypeInfo(layout.set.prototype as object)
    return this.dependency(owner ?? object)
  }

  /**
   * Writes `value` ahead of an object that can't be made without it, so that a cycle through it ends at something that can
   * be made before its contents: a closure's environment, a class's, a prototype. Returns whether there was something to
   * write; the object itself may then be among it.
   */
  dependency(value: unknown): boolean {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
    if (this.identities.indexOf(value) >= 0 || this.isNamed(value)) return false
    this.byte(Tag.FIRST)
    this.depth++
    this.value(value)
    this.depth--
    return true
  }

  /** Does this object travel by a name? */
  isNamed(object: object): boolean {
    const { instance, externals } = this.context
    return (
      instance.nameOf(object) !== undefined ||
      externals?.nameOf(object) !== undefined ||
      intrinsicName(object) !== undefined
    )
  }

  /** An object whose kind, class or properties are out of the ordinary. */
  #special(object: object, behind: object): void {
    const prototype = prototypeInfo(behind)
    if (!this.#approve(object, prototype)) return
    if (prototype.isCustom) return this.#custom(object, prototype)
    const kind = kindOf(object, prototype)
    if (kind === 'ordinary') this.#ordinary(object, prototype.layouts, null)
    else if (kind === 'array') writeArray(this, object as unknown[], prototype)
    else writeBuiltin(this, object, kind, prototype)
  }

  /** Refuses objects of classes that other kernels do not have. Writes `object` and returns `false` if the language provides it. */
  #approve(object: object, prototype: Prototype): boolean {
    if (prototype.approved === this.context.instance) return true
    if (this.intrinsic(object)) return false
    if (prototype.isClosed) throw new Unmovable(object, closedReason(object))
    for (const owner of prototype.owners) {
      if (isKnownOwner(owner, prototype.kind, this.context)) continue
      const relation = owner === prototype.owner ? 'class' : `base class ${owner.name}`
      const name = prototype.owners[0]?.name ?? ''
      throw new Unmovable(object, `${withArticle(name)}, whose ${relation} is not part of the program's image`)
    }
    prototype.approved = this.context.instance
    return true
  }

  /** An ordinary object with properties that a layout can't express, or one that is not copied at all. */
  #irregular(object: object, layouts: LayoutSet): void {
    if (this.intrinsic(object)) return
    if (types.isArgumentsObject(object)) return writeArguments(this, object)
    const owner = ownerOf(object)
    if (owner !== null) {
      this.dependency(owner)
      this.byte(Tag.PROTOTYPE)
      return this.function(owner)
    }
    if (layouts.kind === LayoutKind.PROTOTYPE) {
      const info = prototypeInfo(layouts.prototype as object)
      if (this.dependency(info.owner ?? info.object) && this.reference(object)) return
    }
    const integrity = integrityOf(object)
    const properties = Reflect.ownKeys(object).map((key) => ownProperty(object, key))
    const assigned = countAssigned(properties, integrity)
    const patch = { properties: properties.slice(assigned), integrity }
    const isPatched = patch.properties.length > 0 || integrity !== Integrity.NONE
    if (isPatched) this.byte(Tag.PATCHED)
    const index = this.identities.size
    this.#assigned(object, layouts, properties.slice(0, assigned))
    if (isPatched) this.patch(Job.PATCH, index, patch)
  }

  #assigned(object: object, layouts: LayoutSet, properties: readonly Property[]): void {
    const base = this.#top
    const values = properties.map((property) => ('value' in property ? property.value : undefined))
    const keys = properties.map(({ key }) => key as string)
    if (keys.length <= MAX_LAYOUT_KEYS) {
      for (const value of values) this.#values[this.#top++] = value
      return this.#layoutObject(object, layouts.of(keys), base)
    }
    const index = this.identities.add(object)
    const isLater = this.depth >= SOFT_DEPTH
    if (isLater) this.byte(Tag.LATER)
    this.byte(Tag.DICTIONARY)
    this.#prototype(layouts)
    const entries = (): void => {
      this.varint(keys.length)
      for (const [i, key] of keys.entries()) {
        this.untaggedString(key)
        this.value(values[i])
      }
    }
    if (isLater) this.contents(index, entries)
    else this.deeper(entries)
  }

  /** Runs `write` one level of nesting deeper. */
  deeper(write: () => void): void {
    this.depth++
    write()
    this.depth--
  }

  /** Puts off the contents of object `index`. */
  contents(index: number, write: () => void): void {
    this.defer(() => {
      this.depth = 0
      this.byte(Job.CONTENTS)
      this.varint(index)
      write()
    })
  }

  /** Puts off properties of object `index`, or of its `prototype`. */
  patch(job: number, index: number, { properties, integrity, behind }: Patch): void {
    this.defer(() => {
      this.depth = 0
      this.byte(job)
      this.varint(index)
      if (job === Job.PATCH_PROTOTYPE) this.value(behind)
      this.byte(integrity)
      this.varint(properties.length)
      for (const property of properties) this.#property(property)
    })
  }

  #property(property: Property): void {
    this.value(property.key)
    this.byte(property.attributes)
    if ('value' in property) return this.value(property.value)
    this.value(property.get)
    this.value(property.set)
  }

  // ── Objects that say themselves how they move ──────────────────────────────────────────────────────────────────────────────

  #custom(object: object, prototype: Prototype): void {
    // A prototype with a serialize method belongs to a class, or its objects could not be made again.
    const owner = prototype.owners[0]
    const serialize: unknown = (object as Record<symbol, unknown>)[SERIALIZE]
    if (owner === undefined || typeof serialize !== 'function' || !(DESERIALIZE in owner)) {
      throw new Unmovable(
        object,
        "serializable, but its class has no static [Symbol.for('atoll.deserialize')]",
        'add it',
      )
    }
    if (this.#serializing.includes(object))
      throw new Unmovable(object, 'part of the data that it serializes to', 'leave it out')
    if (this.dependency(owner) && this.reference(object)) return
    this.#serializing.push(object)
    this.byte(Tag.CUSTOM)
    this.function(owner)
    this.#complete(object, serialize.call(object))
    this.#serializing.pop()
    this.identities.add(object)
  }

  /** Writes `data` and all that was put off on the way, because the object is made from it when it is read. */
  #complete(object: object, data: unknown): void {
    const from = this.#jobs.length
    const { depth } = this
    try {
      this.deeper(() => this.value(data))
      this.#finish(from)
    } catch (error) {
      if (!(error instanceof Unmovable)) throw error
      throw new Unmovable(object, `serialized to data that holds ${error.reason}`, error.remedy)
    }
    this.depth = depth
  }

  // ── Stacks ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A frame and its callers, innermost first. */
  #stack(innermost: Frame): void {
    this.depth++
    for (let frame: Frame | null = innermost; ; frame = frame.$c) {
      if (frame === null) {
        this.byte(Tag.NULL)
        break
      }
      if (this.reference(frame)) break
      this.#frame(frame)
    }
    this.depth--
  }

  #frame(frame: Frame): void {
    const { $f: code, $p: point } = frame
    if (this.#codeOf(code) !== code) {
      throw new Unmovable(
        frame,
        `a frame of ${code.name}, which belongs to another program`,
        'move it with its own program',
      )
    }
    this.identities.add(frame)
    this.byte(Tag.FRAME)
    this.id(code, code.id)
    this.varint(point)
    // A frame's point is one of its code's.
    const { slots } = code.points[point]
    for (const slot of slots) this.value(frame[slot])
  }

  #codeOf({ id }: Code): Code | undefined {
    return this.context.instance.codeOf(id) ?? (this.context.builtinCode ?? builtinCodeOf)(id)
  }

  // ── Functions, symbols, big integers ───────────────────────────────────────────────────────────────────────────────────────

  function(fn: Owner): void {
    if (!this.reference(fn) && !this.named(fn)) writeFunction(this, fn)
  }

  #symbol(symbol: symbol): void {
    if (symbol === UNINITIALIZED) return this.byte(Tag.UNINITIALIZED)
    const key = Symbol.keyFor(symbol)
    const wellKnown = key === undefined ? wellKnownName(symbol) : undefined
    if (key === undefined && wellKnown === undefined) {
      throw new Unmovable(
        symbol,
        `the unique symbol ${String(symbol)}, which other kernels can't name`,
        'make it with Symbol.for',
      )
    }
    this.byte(key === undefined ? Tag.SYMBOL_WELL_KNOWN : Tag.SYMBOL_FOR)
    this.value(key ?? wellKnown)
  }

  /** Sign and number of bytes, then the magnitude, least significant byte first. */
  #bigint(value: bigint): void {
    const digits = (value < 0n ? -value : value).toString(16)
    const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').reverse()
    this.byte(Tag.BIGINT)
    this.varint(bytes.length * 2 + (value < 0n ? 1 : 0))
    this.raw(bytes)
  }
}

/** How many of the properties, from the first on, are as an assignment makes them. */
function countAssigned(properties: readonly Property[], integrity: Integrity): number {
  const attributes = assignedAttributes(integrity)
  const first = properties.findIndex(
    (property) =>
      typeof property.key === 'symbol' ||
      property.attributes !== attributes ||
      (property.attributes & Attribute.ACCESSOR) !== 0,
  )
  return first < 0 ? properties.length : first
}

const WELL_KNOWN = new Map(
  Object.getOwnPropertyNames(Symbol).flatMap((name) => {
    const symbol: unknown = Symbol[name as keyof typeof Symbol]
    return typeof symbol === 'symbol' ? [[symbol, name] as const] : []
  }),
)
const wellKnownName = (symbol: symbol): string | undefined => WELL_KNOWN.get(symbol)

function closedReason(object: object): string {
  if (types.isGeneratorObject(object)) return "a generator in progress, whose state can't be read"
  if (types.isSharedArrayBuffer(object)) return SHARED_MEMORY
  const name = (object as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
  return `${withArticle(typeof name === 'string' ? name : 'built-in object')}, whose inner state can't be read`
}

const withArticle = (name: string): string =>
  name === '' ? 'an object' : `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`
