import { types } from 'node:util'
import { ByteWriter } from './byte-writer.js'
import type { EncodeContext } from './context.js'
import { writeArray } from './encode-arrays.js'
import { writeBuiltin } from './encode-builtins.js'
import { writeCustom } from './encode-custom.js'
import { writeGenerator } from './generators.js'
import { writeFunction } from './encode-functions.js'
import { writeIrregular } from './encode-irregular.js'
import { writeBigInt, writeSymbol } from './encode-primitives.js'
import { writeStack } from './encode-stack.js'
import { intrinsicName } from './intrinsics.js'
import { isFrame } from './is-frame.js'
import { type Layout, LayoutSet } from './layout.js'
import { isKnownOwner } from './owners.js'
import { PoolSlices, SharedSlice } from './pool-slices.js'
import { deferPrivates } from './private-state.js'
import type { Patch, Property } from './properties.js'
import { kindOf, prototypeInfo, type Owner, type Prototype } from './prototypes.js'
import {
  FORMAT_VERSION,
  HARD_DEPTH,
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

const NOTHING: readonly unknown[] = []
const PLAIN = new LayoutSet(Object.prototype)
const BARE = new LayoutSet(null)

/**
 * Writes one image at a time. The walk is recursive down to {@link SOFT_DEPTH}; containers below it are made empty and filled
 * by a job, so depth costs no stack. Nothing of the program runs but its `[Symbol.for('atoll.serialize')]()` methods.
 */
export class Encoder extends ByteWriter {
  context!: EncodeContext // set by encode(), which is the only way in
  roots = NOTHING
  /** Objects in the order in which they begin: an object's number is how references name it. */
  readonly identities = new Table<object>()
  /** What has an id or name, in order of appearance: comparing objects costs less than comparing strings. */
  readonly #ids = new Table<object>()
  /** What stands for symbols that have a name. */
  readonly #symbols = new Map<symbol, object>()
  readonly #layouts = new Table<Layout>()
  /** What remains to be written when the roots are. */
  #jobs: (() => void)[] = []
  /** Property values between being read and being written. */
  #values: unknown[] = []
  #top = 0
  depth = 0
  /** The objects whose serialize methods were called, outermost first. */
  serializing: object[] = []
  /** Objects whose private state was put off. */
  readonly #privates = new Set<object>()
  regions: ViewRegions | null = null
  /** What travels without Node's pool of memory, of which it is a slice; `null`: nothing does. */
  pools: PoolSlices | null = null
  readonly #slices = new PoolSlices()

  encode(roots: readonly unknown[], context: EncodeContext): Uint8Array {
    this.pools = this.#slices
    try {
      return this.#image(roots, context)
    } catch (error) {
      if (!(error instanceof SharedSlice)) throw error
      this.pools = null
      return this.#image(roots, context)
    }
  }

  #image(roots: readonly unknown[], context: EncodeContext): Uint8Array {
    this.context = context
    this.roots = roots
    this.regions = ViewRegions.needed(context.endianness)
    context.instance.bindNames()
    this.begin()
    try {
      this.byte(FORMAT_VERSION)
      this.varint(roots.length)
      for (const root of roots) this.value(root)
      this.finish(0)
      this.regions?.swap()
      return this.take()
    } finally {
      this.#forget()
    }
  }

  #forget(): void {
    this.roots = NOTHING
    this.identities.clear()
    this.#ids.clear()
    if (this.#symbols.size > 0) this.#symbols.clear()
    this.#layouts.clear()
    this.#slices.clear()
    if (this.#jobs.length > 0) this.#jobs = []
    if (this.#values.length > 0) this.#values = []
    this.#top = 0
    this.depth = 0
    if (this.serializing.length > 0) this.serializing = []
    if (this.#privates.size > 0) this.#privates.clear()
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
        return writeSymbol(this, value)
      case 'bigint':
        return writeBigInt(this, value)
    }
  }

  /** Writes contents and properties that were put off since job `from`. */
  finish(from: number): void {
    const { depth } = this
    for (let i = from; i < this.#jobs.length; i++) {
      this.#jobs[i]()
      this.depth = depth
    }
    if (this.#jobs.length > from) this.#jobs.length = from // even to set what it is already takes a call of the runtime
    this.byte(Job.END)
  }

  /** How many writers were put off. */
  get putOff(): number {
    return this.#jobs.length
  }

  /** Puts off what `write` writes until the roots are written. */
  defer(write: () => void): void {
    this.#jobs.push(write)
  }

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
      if (Array.isArray(object)) throw new Unmovable(object, 'an array without a prototype', 'give it one')
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
    if (name !== undefined) return this.#name(Tag.NAME, object, name)
    const external = externals?.nameOf(object)
    return external !== undefined && this.#name(Tag.EXTERNAL, object, external)
  }

  /** Writes the name of an object that the language provides. */
  intrinsic(object: object): boolean {
    const name = intrinsicName(object)
    return name !== undefined && this.#name(Tag.INTRINSIC, object, name)
  }

  #name(tag: number, named: object, name: string): true {
    this.byte(tag)
    this.id(named, name)
    return true
  }

  /** Writes the name of a symbol. */
  symbolName(symbol: symbol, name: string): void {
    let standIn = this.#symbols.get(symbol)
    if (standIn === undefined) this.#symbols.set(symbol, (standIn = {}))
    this.#name(Tag.NAME, standIn, name)
  }

  /** Writes the id or name of an object: spelled out the first time, then by number. */
  id(identified: object, id: string): void {
    const index = this.#ids.indexOf(identified)
    this.varint(index + 1)
    if (index >= 0) return
    this.#ids.add(identified)
    this.untaggedString(id)
  }

  /** The same for an id that is kept as `untaggedString` writes it. */
  spelledId(key: object, spelled: Uint8Array): void {
    const index = this.#ids.indexOf(key)
    this.varint(index + 1)
    if (index >= 0) return
    this.#ids.add(key)
    this.raw(spelled)
  }

  /** An object whose prototype is `Object.prototype`: the fast path. */
  #plain(object: object): void {
    const names = getOwnPropertyNames(object)
    if (names[0] === '$f' && isFrame(object)) writeStack(this, object)
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
      writeIrregular(this, object, layouts)
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
    if (this.depth >= SOFT_DEPTH) {
      const values = this.#values.slice(base, this.#top)
      this.#top = base
      return this.layoutObject(object, layout, values)
    }
    this.identities.add(object)
    this.#layout(layout)
    this.depth++
    for (let at = base; at < base + layout.keys.length; at++) this.value(this.#values[at])
    this.depth--
    this.#top = base
  }

  /** An object of this layout. What its layout depends on must be written. */
  layoutObject(object: object, layout: Layout, values: readonly unknown[]): void {
    const index = this.identities.add(object)
    const isLater = this.depth >= SOFT_DEPTH
    if (isLater) this.byte(Tag.LATER)
    this.#layout(layout)
    if (isLater) this.contents(index, () => this.#all(values))
    else this.#all(values)
  }

  #all(values: readonly unknown[]): void {
    this.depth++
    for (const value of values) this.value(value)
    this.depth--
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
    this.prototypeOf(layout.set)
    this.raw(layout.definition)
  }

  /** Writes the prototype of a layout's or dictionary's objects. */
  prototypeOf({ kind, prototype }: LayoutSet): void {
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
    if (writeGenerator(this, object, behind)) return
    const prototype = prototypeInfo(behind)
    if (!this.#approve(object, prototype)) return
    if (prototype.isCustom) return writeCustom(this, object, prototype)
    if (prototype.privates.length > 0) this.#putOffPrivates(object, prototype)
    const kind = kindOf(object, prototype)
    if (kind === 'ordinary') this.#ordinary(object, prototype.layouts, null)
    else if (kind !== 'array') writeBuiltin(this, object, kind, prototype)
    else if (object !== Array.prototype || !this.intrinsic(object)) writeArray(this, object as unknown[], prototype)
  }

  /** What comes before an object may contain it. */
  #putOffPrivates(object: object, prototype: Prototype): void {
    if (this.#privates.has(object)) return
    this.#privates.add(object)
    deferPrivates(this, object, prototype)
  }

  /** Refuses objects of classes that other kernels do not have. Writes `object` and returns `false` if the language provides it. */
  #approve(object: object, prototype: Prototype): boolean {
    if (prototype.approved === this.context.instance) return true
    if (this.intrinsic(object)) return false
    if (prototype.isClosed) throw closed(object)
    for (const owner of prototype.owners) {
      if (isKnownOwner(owner, prototype.kind, this.context)) continue
      const relation = owner === prototype.owner ? 'class' : `base class ${owner.name}`
      const name = prototype.owners[0]?.name ?? ''
      throw new Unmovable(object, `${withArticle(name)}, whose ${relation} is not part of the program's image`)
    }
    prototype.approved = this.context.instance
    return true
  }

  /** Puts off the contents of object `index`. */
  contents(index: number, write: () => void): void {
    this.defer(() => {
      this.byte(Job.CONTENTS)
      this.varint(index)
      write()
    })
  }

  /** Puts off properties of object `index`, or of its `prototype`. */
  patch(job: number, index: number, { properties, integrity, behind }: Patch): void {
    this.defer(() => {
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

  function(fn: Owner): void {
    if (this.reference(fn)) return
    if (this.depth > HARD_DEPTH) throw new Unmovable(fn, 'nested too deeply', 'link it by arrays or properties')
    if (!this.named(fn)) writeFunction(this, fn)
  }
}

function closed(object: object): Unmovable {
  if (types.isGeneratorObject(object)) {
    return new Unmovable(object, "a generator in progress, whose state can't be read", 'let it end before the move')
  }
  if (types.isSharedArrayBuffer(object)) return new Unmovable(object, SHARED_MEMORY)
  const name = builtinName(object)
  if (name === null) return new Unmovable(object, 'an object that inherits from a Proxy', 'inherit from its target')
  const reason = `${withArticle(name)}, whose inner state can't be read`
  if (name.endsWith(' Iterator')) return new Unmovable(object, reason, 'use for…of, which goes on after a move')
  return new Unmovable(object, reason)
}

/** What the language calls objects of this kind; `null` behind a proxy. A class may have a getter of its own in front of that. */
function builtinName(object: object): string | null {
  for (let at: object | null = object; at !== null; at = getPrototypeOf(at) as object | null) {
    if (types.isProxy(at)) return null
    const name: unknown = getOwnPropertyDescriptor(at, Symbol.toStringTag)?.value
    if (typeof name === 'string') return name
  }
  return 'built-in object'
}

const withArticle = (name: string): string =>
  name === '' ? 'an object' : `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`
