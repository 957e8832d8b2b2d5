import { MalformedImageError, NotMovableError, UnknownCodeError } from '../errors.js'
import { builtinCodeOf } from '../frames/builtin.js'
import type { Frame } from '../frames/frame.js'
import { closureRecord } from '../frames/stamp.js'
import { ByteReader } from './byte-reader.js'
import type { DecodeContext } from './context.js'
import { readPatch } from './decode-patches.js'
import { readPrivates } from './private-state.js'
import { frameLayoutsOf, type FrameLayout } from './frame-layout.js'
import { isFrame } from './is-frame.js'
import { LayoutSet, type Layout } from './layout.js'
import { prototypeInfo } from './prototypes.js'
import { READERS } from './readers.js'
import {
  DEEPEST_DECODING,
  FORMAT_VERSION,
  HARD_DEPTH,
  Job,
  LayoutKind,
  LEAST_SHORT_INTEGER,
  MAX_LAYOUT_KEYS,
  SHORT_INTEGER,
  SHORT_LAYOUT,
  SHORT_STRING,
  Tag,
} from './tags.js'
import { Unmovable } from './unmovable.js'
import { ViewRegions } from './view-regions.js'

/** Stands in the table for a literal whose values are being read. */
const OPEN = {}
/** Stands in the table for an object that nothing may refer to yet. */
const RESERVED = {}

/** The buffer of a typed array that covers it: asking for it costs more than the array, and few images refer to it. */
class BufferOf {
  constructor(readonly view: ArrayBufferView) {}
}

/** Makes an object out of values that were read before, or gives them to an object that was made before them. */
interface Literal {
  make(values: readonly unknown[], base: number): object
  fill(target: object, values: readonly unknown[], base: number): void
}

const PLAIN = new LayoutSet(Object.prototype)
const BARE = new LayoutSet(null)
const UNDEFINED_VALUES: readonly undefined[] = new Array<undefined>(MAX_LAYOUT_KEYS).fill(undefined)

/** Bounds the time that an image can take, whatever it says. */
const STEPS_PER_BYTE = 64

/** Reads one image at a time, trusting nothing in it. */
export class Decoder extends ByteReader {
  context!: DecodeContext // set by decode(), which is the only way in
  /** Objects by number. */
  #table: object[] = []
  #ids: string[] = []
  /** By number of the id: how frames of the code of this id are made. */
  #frameLayouts: (readonly FrameLayout[] | undefined)[] = []
  #layouts: Layout[] = []
  /** Values of the literals that are being read. */
  #values: unknown[] = []
  #top = 0
  /** The literals that are being read, outermost first: number, maker, first value. */
  #openIndices: number[] = []
  #openLiterals: Literal[] = []
  #openBases: number[] = []
  #depth = 0
  /** Frames looked at to see that stacks end. */
  #steps = 0
  /** What will read the contents of objects that were made empty. */
  readonly #unfilled = new Map<number, () => void>()
  readonly #unpatched = new Set<number>()
  /** Objects of this image that the program made, or had before: not the image's to change. */
  readonly #given = new Set<object>()
  /** Functions whose `prototype` a patch has replaced, perhaps by an object that was there before. */
  readonly #reassigned = new Set<object>()
  /** How many values the contents that will be read later have at least. */
  #owed = 0
  regions: ViewRegions | null = null

  decode(bytes: Uint8Array, context: DecodeContext): unknown[] {
    this.context = context
    this.regions = ViewRegions.needed(context.endianness)
    this.open(bytes)
    try {
      return this.#image()
    } catch (error) {
      if (error instanceof MalformedImageError || error instanceof UnknownCodeError) throw error
      if (error instanceof Unmovable) throw new NotMovableError({ variable: '', place: null, ...error })
      throw this.malformed(`what makes a value failed (${String(error)})`, { cause: error })
    } finally {
      this.#forget()
    }
  }

  /** Lets go of everything. Making an empty list costs little, clearing one that is empty already nothing. */
  #forget(): void {
    if (this.#table.length > 0) this.#table = []
    if (this.#ids.length > 0) this.#ids = []
    if (this.#frameLayouts.length > 0) this.#frameLayouts = []
    if (this.#layouts.length > 0) this.#layouts = []
    if (this.#values.length > 0) this.#values = []
    this.#top = 0
    this.#depth = 0
    this.#steps = 0
    if (this.#openIndices.length > 0) this.#openIndices = []
    if (this.#openLiterals.length > 0) this.#openLiterals = []
    if (this.#openBases.length > 0) this.#openBases = []
    if (this.#unfilled.size > 0) this.#unfilled.clear()
    if (this.#unpatched.size > 0) this.#unpatched.clear()
    if (this.#given.size > 0) this.#given.clear()
    if (this.#reassigned.size > 0) this.#reassigned.clear()
    this.#owed = 0
  }

  #image(): unknown[] {
    const version = this.byte()
    if (version !== FORMAT_VERSION) throw this.malformed(`the format's version is ${version}, not ${FORMAT_VERSION}`)
    const count = this.count()
    const roots: unknown[] = []
    for (let i = 0; i < count; i++) roots.push(this.value())
    this.jobs()
    if (this.#unfilled.size > 0 || this.#unpatched.size > 0)
      throw this.malformed('the contents of an object are missing')
    if (this.position !== this.bytes.length) throw this.malformed('there are bytes after the end')
    this.regions?.swap()
    return roots
  }

  value(): unknown {
    return this.tagged(this.byte())
  }

  /** The value whose tag was just read. */
  tagged(tag: number): unknown {
    if (tag >= SHORT_INTEGER) return tag - SHORT_INTEGER + LEAST_SHORT_INTEGER
    if (tag >= SHORT_STRING) return this.latin1(tag - SHORT_STRING)
    if (tag >= SHORT_LAYOUT) return this.layoutObject(this.layout(tag - SHORT_LAYOUT))
    if (++this.#depth > DEEPEST_DECODING) throw this.malformed('values are nested too deeply')
    const read = READERS[tag]
    if (read === undefined) throw this.malformed(`unknown tag ${tag}`)
    const value = read(this)
    this.#depth--
    return value
  }

  /** A value that must be an object or function; `what` names it in the error. */
  object(what: string): object {
    const value = this.value()
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') return value
    throw this.malformed(`${what} is not an object`)
  }

  // ── Identity ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Gives `object` the next number. */
  add<T extends object>(object: T): T {
    this.#table.push(object)
    return object
  }

  /** Gives the next number to an object that the program made, or had before. */
  addGiven<T extends object>(object: T): T {
    this.#given.add(object)
    return this.add(object)
  }

  isGiven(object: object): boolean {
    return this.#given.has(object)
  }

  /** Takes the next number for an object that can be made only after what follows was read. */
  reserve(): number {
    return this.#table.push(RESERVED) - 1
  }

  /** Gives `object` a number that was reserved. */
  settle<T extends object>(index: number, object: T): T {
    this.#table[index] = object
    return object
  }

  /** Gives the buffer of `view` the next number. */
  addBufferOf(view: ArrayBufferView): void {
    this.#table.push(new BufferOf(view))
  }

  get size(): number {
    return this.#table.length
  }

  /** The object of this number; a literal whose values are being read is made now. */
  at(index: number): object {
    const object = this.#table[index]
    if (object === OPEN) return this.#materialize(index)
    if (object === undefined || object === RESERVED)
      throw this.malformed(`a reference to object ${index}, which is not there yet`)
    return object instanceof BufferOf ? this.settle(index, object.view.buffer) : object
  }

  /** Makes a literal with the values read so far, because one of the others refers to it. */
  #materialize(index: number): object {
    const level = this.#openIndices.lastIndexOf(index)
    // OPEN stands in the table exactly while the literal is on these stacks.
    const literal = this.#openLiterals[level]
    return this.settle(index, literal.make(this.#values, this.#openBases[level]))
  }

  /** Reads the values of a literal and makes it. */
  #literal(literal: Literal, count: number): object {
    if (++this.#depth > DEEPEST_DECODING) throw this.malformed('values are nested too deeply')
    const index = this.#table.push(OPEN) - 1
    this.#openIndices.push(index)
    this.#openLiterals.push(literal)
    this.#openBases.push(this.#top)
    const base = this.#read(count)
    this.#openIndices.pop()
    this.#openLiterals.pop()
    this.#openBases.pop()
    let object = this.#table[index]
    if (object === OPEN) object = this.settle(index, literal.make(this.#values, base))
    else literal.fill(object, this.#values, base)
    this.#top = base
    this.#depth--
    return object
  }

  /** Reads values onto the stack; returns where they begin. */
  #read(count: number): number {
    const base = this.#top
    this.#top += count
    // Whoever makes a literal early must not see what was here before.
    for (let at = base; at < this.#top; at++) this.#values[at] = undefined
    for (let at = base; at < base + count; at++) this.#values[at] = this.value()
    return base
  }

  // ── Objects of a layout ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A layout that was defined before. */
  layout(index: number): Layout {
    const layout = this.#layouts[index]
    if (layout === undefined) throw this.malformed(`unknown layout ${index}`)
    return layout
  }

  /** The layout that `tag`, which was just read, begins. */
  layoutOf(tag: number): Layout {
    if (tag >= SHORT_LAYOUT && tag < SHORT_STRING) return this.layout(tag - SHORT_LAYOUT)
    if (tag === Tag.LAYOUT) return this.layout(this.varint())
    if (tag === Tag.NEW_LAYOUT) return this.newLayout()
    throw this.malformed(`tag ${tag} can not be filled later`)
  }

  newLayout(): Layout {
    const layout = this.layoutSet().read(this)
    this.#layouts.push(layout)
    return layout
  }

  /** A prototype, as layouts and dictionaries have it. */
  layoutSet(): LayoutSet {
    const kind = this.byte()
    if (kind === LayoutKind.PLAIN) return PLAIN
    if (kind === LayoutKind.NULL) return BARE
    if (kind !== LayoutKind.PROTOTYPE) throw this.malformed(`unknown kind of layout ${kind}`)
    return prototypeInfo(this.prototype(this.object('a prototype'))).layouts
  }

  /** Refuses chains that would make every look-up of a property slow. */
  prototype(object: object): object {
    let length = 0
    for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
      if (++length > HARD_DEPTH) throw this.malformed('a chain of prototypes is too long')
    }
    return object
  }

  layoutObject(layout: Layout): object {
    if (layout.isLiteral) return this.#literal(layout, layout.keys.length)
    if (++this.#depth > DEEPEST_DECODING) throw this.malformed('values are nested too deeply')
    const object = this.add(layout.allocate())
    this.#fill(object, layout)
    this.#depth--
    return object
  }

  #fill(object: object, layout: Layout): void {
    const base = this.#read(layout.keys.length)
    layout.fill(object, this.#values, base)
    this.#top = base
  }

  /** An object of a layout whose values follow later. */
  emptyLayoutObject(layout: Layout): object {
    const { length } = layout.keys
    this.#owed += length
    if (this.#owed > this.bytes.length - this.position) throw this.malformed('more objects than the image has contents')
    const object = layout.isLiteral ? layout.make(UNDEFINED_VALUES, 0) : layout.allocate()
    return this.later(object, () => {
      this.#owed -= length
      this.#fill(object, layout)
    })
  }

  // ── What was put off ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Gives `object`, which is empty, the next number; `read` will read its contents. */
  later<T extends object>(object: T, read: () => void): T {
    this.#unfilled.set(this.size, read)
    return this.add(object)
  }

  /** Notes that a patch for object `index` will follow. */
  expectPatch(index: number): void {
    this.#unpatched.add(index)
  }

  /** Notes that the `prototype` of a function of this image is not the one that it was made with. */
  reassigned(fn: object): void {
    this.#reassigned.add(fn)
  }

  /** Reads contents and patches up to the end mark. */
  jobs(): void {
    for (;;) {
      const job = this.byte()
      if (job === Job.END) return
      const index = this.varint()
      if (job === Job.CONTENTS) this.#contents(index)
      else if (job === Job.PATCH && this.#unpatched.delete(index)) readPatch(this, this.at(index))
      else if (job === Job.PATCH_PROTOTYPE) readPatch(this, this.#prototypeOf(index), this.value())
      else if (job === Job.PRIVATES) readPrivates(this, this.at(index))
      else throw this.malformed(`unexpected job ${job} for object ${index}`)
    }
  }

  #contents(index: number): void {
    const read = this.#unfilled.get(index)
    if (read === undefined) throw this.malformed(`contents for object ${index}, which has them`)
    this.#unfilled.delete(index)
    read()
  }

  /** The prototype that a closure's template made with it. */
  #prototypeOf(index: number): object {
    const closure = this.at(index)
    const prototype: unknown = Object.getOwnPropertyDescriptor(closure, 'prototype')?.value
    // What has no record belongs to the program, not to the image; and so may a prototype that was assigned.
    const isOwn = closureRecord(closure) !== undefined && !this.#given.has(closure) && !this.#reassigned.has(closure)
    if (!isOwn || typeof prototype !== 'object' || prototype === null) {
      throw this.malformed(`object ${index} has no prototype of its own`)
    }
    return prototype
  }

  // ── Ids and stacks ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  id(): string {
    return this.#ids[this.#idIndex()] // in range: #idIndex checked
  }

  #idIndex(): number {
    const reference = this.varint()
    if (reference === 0) return this.#ids.push(this.untaggedString()) - 1
    if (reference > this.#ids.length) throw this.malformed(`unknown id ${reference}`)
    return reference - 1
  }

  /** Frames, innermost first, up to the bottom of the stack or a frame that was read before. */
  stack(): Frame {
    const innermost = this.#frame()
    for (let last = innermost; ;) {
      const tag = this.byte()
      if (tag === Tag.NULL) return innermost
      if (tag === Tag.FRAME) last = last.$c = this.#frame()
      else if (tag === Tag.REFERENCE) return this.#link(last, innermost)
      else throw this.malformed('the caller of a frame is not a frame')
    }
  }

  #link(last: Frame, innermost: Frame): Frame {
    const caller = this.at(this.varint())
    if (!isFrame(caller)) throw this.malformed('the caller of a frame is not a frame')
    for (let frame: Frame | null = caller; frame !== null; frame = frame.$c) {
      if (frame === last) throw this.malformed('a frame is its own caller')
      // Stacks that share callers are few, or deep, but not both.
      if (++this.#steps > STEPS_PER_BYTE * this.bytes.length)
        throw this.malformed('too many stacks share their callers')
    }
    last.$c = caller
    return innermost
  }

  #frame(): Frame {
    const layouts = this.#frameLayoutsOf(this.#idIndex())
    const layout = layouts[this.varint()]
    if (layout === undefined) throw this.malformed('a frame at a resume point that its function does not have')
    return this.#literal(layout, layout.slots.length) as Frame
  }

  #frameLayoutsOf(idIndex: number): readonly FrameLayout[] {
    const known = this.#frameLayouts[idIndex]
    if (known !== undefined) return known
    const id = this.#ids[idIndex]
    const code = this.context.instance.codeOf(id) ?? (this.context.builtinCode ?? builtinCodeOf)(id)
    if (code === undefined) throw new UnknownCodeError('function', id)
    return (this.#frameLayouts[idIndex] = frameLayoutsOf(code).points)
  }
}
