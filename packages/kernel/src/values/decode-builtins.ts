import type { Decoder } from './decoder.js'
import { define } from './layout.js'
import { ownerOf, VIEW_CLASSES, type View } from './prototypes.js'
import { Tag } from './tags.js'

/** Reads an object with inner state, after its tag; `prototype` is `null` for the standard one. */
type ReadBuiltin = (decoder: Decoder, prototype: object | null) => object

type Constructor = new (...args: never[]) => object

/** Makes a built-in object with `prototype` as the class that has it does: by constructing for that class. */
function construct<T extends object>(
  base: new (...args: never[]) => T,
  args: readonly unknown[],
  prototype: object,
): T {
  const owner = ownerOf(prototype)
  if (owner !== null) return Reflect.construct(base, args, owner as unknown as Constructor) as T
  return Object.setPrototypeOf(Reflect.construct(base, args), prototype) as T
}

export const readArray: ReadBuiltin = (decoder, prototype) => {
  const array = decoder.add(emptyArray(prototype))
  readElements(decoder, array)
  return array
}

const emptyArray = (prototype: object | null): unknown[] =>
  prototype === null ? [] : construct<unknown[]>(Array, [], prototype)

function readElements(decoder: Decoder, array: unknown[]): void {
  const count = decoder.count()
  for (let i = 0; i < count; i++) {
    const tag = decoder.byte()
    if (tag === Tag.HOLE) array.length = i + 1
    else array[i] = decoder.tagged(tag)
  }
}

export const readMap: ReadBuiltin = (decoder, prototype) => {
  const map = decoder.add(emptyMap(prototype))
  readEntries(decoder, map)
  return map
}

const emptyMap = (prototype: object | null): Map<unknown, unknown> =>
  prototype === null ? new Map<unknown, unknown>() : construct<Map<unknown, unknown>>(Map, [], prototype)

// A class derived from `Map` or `Set` may override these.
const { set: setEntry } = Map.prototype
const { add: addMember } = Set.prototype

function readEntries(decoder: Decoder, map: Map<unknown, unknown>): void {
  for (let count = decoder.count(2); count > 0; count--) setEntry.call(map, decoder.value(), decoder.value())
}

export const readSet: ReadBuiltin = (decoder, prototype) => {
  const set = decoder.add(emptySet(prototype))
  readMembers(decoder, set)
  return set
}

const emptySet = (prototype: object | null): Set<unknown> =>
  prototype === null ? new Set<unknown>() : construct<Set<unknown>>(Set, [], prototype)

function readMembers(decoder: Decoder, set: Set<unknown>): void {
  for (let count = decoder.count(); count > 0; count--) addMember.call(set, decoder.value())
}

const readDate: ReadBuiltin = (decoder, prototype) => {
  const time = decoder.double()
  return decoder.add(prototype === null ? new Date(time) : construct(Date, [time], prototype))
}

const readRegExp: ReadBuiltin = (decoder, prototype) => {
  const [source, flags, lastIndex] = [decoder.value(), decoder.value(), decoder.value()]
  if (typeof source !== 'string' || typeof flags !== 'string' || typeof lastIndex !== 'number') {
    throw decoder.malformed('not a regular expression')
  }
  const expression = construct(RegExp, [source, flags], prototype ?? RegExp.prototype)
  expression.lastIndex = lastIndex
  return decoder.add(expression)
}

/** All properties of an error, its stack included, come as a patch: capturing a stack here would be in vain. */
const readError: ReadBuiltin = (decoder, prototype) => {
  const limit = Error.stackTraceLimit
  // With frozen intrinsics this does nothing, and the stack is captured in vain.
  Reflect.set(Error, 'stackTraceLimit', 0)
  try {
    return decoder.add(construct(Error, [], prototype ?? Error.prototype))
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit)
  }
}

const readBoxed: ReadBuiltin = (decoder, prototype) => {
  const value = decoder.value()
  if (value === undefined || value === null || typeof value === 'object' || typeof value === 'function') {
    throw decoder.malformed('a boxed value is not a primitive')
  }
  const boxed = Object(value) as object
  return decoder.add(prototype === null ? boxed : (Object.setPrototypeOf(boxed, prototype) as object))
}

/** An ordinary `arguments` object of a strict function. */
export function readArguments(decoder: Decoder): object {
  const count = decoder.count()
  const object = decoder.add(argumentsOf(...new Array<undefined>(count).fill(undefined)))
  for (let i = 0; i < count; i++) object[i] = decoder.value()
  return object
}

function argumentsOf(..._values: unknown[]): unknown[] {
  // eslint-disable-next-line prefer-rest-params -- the object itself is wanted, not an array
  return arguments as unknown as unknown[]
}

const readBuffer: ReadBuiltin = (decoder, prototype) => {
  const bytes = decoder.raw(decoder.count())
  const buffer = construct(ArrayBuffer, [bytes.length], prototype ?? ArrayBuffer.prototype)
  new Uint8Array(buffer).set(bytes)
  decoder.regions?.place(buffer, 0)
  return decoder.add(buffer)
}

const readWholeView: ReadBuiltin = (decoder, prototype) => {
  const View = viewClass(decoder)
  const bytes = decoder.raw(decoder.count())
  const length = bytes.length / View.BYTES_PER_ELEMENT
  if (!Number.isInteger(length)) throw decoder.malformed('a typed array ends in the middle of an element')
  const view = prototype === null ? new View(length) : construct<View>(View, [length], prototype)
  // A small `Uint8Array` that nobody asks for its buffer lives on the heap: ten times cheaper than a buffer.
  if (view instanceof Uint8Array) view.set(bytes)
  else new Uint8Array(view.buffer).set(bytes)
  decoder.add(view)
  decoder.addBufferOf(view)
  decoder.regions?.place(view.buffer, 0)
  decoder.regions?.add(view, () => new Uint8Array(view.buffer))
  return view
}

const readView: ReadBuiltin = (decoder, prototype) => {
  const index = decoder.reserve()
  const View = viewClass(decoder)
  const [offset, length, buffer] = [decoder.varint(), decoder.varint(), decoder.object('the buffer of a typed array')]
  if (!(buffer instanceof ArrayBuffer)) throw decoder.malformed('the buffer of a typed array is not a buffer')
  const view =
    prototype === null ? new View(buffer, offset, length) : construct<View>(View, [buffer, offset, length], prototype)
  decoder.regions?.add(view, () => new Uint8Array(buffer, view.byteOffset, view.byteLength))
  return decoder.settle(index, view)
}

function viewClass(decoder: Decoder): (typeof VIEW_CLASSES)[number] {
  const View = VIEW_CLASSES[decoder.byte()]
  if (View === undefined) throw decoder.malformed('unknown class of typed array')
  return View
}

const readDataView: ReadBuiltin = (decoder, prototype) => {
  const index = decoder.reserve()
  const [offset, length, buffer] = [decoder.varint(), decoder.varint(), decoder.object('the buffer of a DataView')]
  return decoder.settle(index, construct(DataView, [buffer, offset, length], prototype ?? DataView.prototype))
}

/** Readers of what may have a derived prototype, by tag. */
export const BUILTIN_READERS: Readonly<Record<number, ReadBuiltin>> = {
  [Tag.ARRAY]: readArray,
  [Tag.MAP]: readMap,
  [Tag.SET]: readSet,
  [Tag.DATE]: readDate,
  [Tag.REGEXP]: readRegExp,
  [Tag.ERROR]: readError,
  [Tag.BOXED]: readBoxed,
  [Tag.BUFFER]: readBuffer,
  [Tag.WHOLE_VIEW]: readWholeView,
  [Tag.VIEW]: readView,
  [Tag.DATA_VIEW]: readDataView,
}

/** A built-in object of a derived class. */
export function readDerived(decoder: Decoder): object {
  const prototype = decoder.object('a prototype')
  const tag = decoder.byte()
  if (tag === Tag.LATER) return readLater(decoder, prototype)
  const read = BUILTIN_READERS[tag]
  if (read === undefined) throw decoder.malformed(`no class is derived from objects of tag ${tag}`)
  return read(decoder, prototype)
}

/** An object that is made empty and filled by a job. */
export function readLater(decoder: Decoder, prototype: object | null = null): object {
  const tag = decoder.byte()
  switch (tag) {
    case Tag.ARRAY: {
      const array = emptyArray(prototype)
      return decoder.later(array, () => readElements(decoder, array))
    }
    case Tag.MAP: {
      const map = emptyMap(prototype)
      return decoder.later(map, () => readEntries(decoder, map))
    }
    case Tag.SET: {
      const set = emptySet(prototype)
      return decoder.later(set, () => readMembers(decoder, set))
    }
    case Tag.DICTIONARY: {
      const object = decoder.layoutSet().allocate()
      return decoder.later(object, () => readDictionaryEntries(decoder, object))
    }
    default:
      return decoder.emptyLayoutObject(decoder.layoutOf(tag))
  }
}

/** An object with its keys beside its values. */
export function readDictionary(decoder: Decoder): object {
  const object = decoder.add(decoder.layoutSet().allocate())
  readDictionaryEntries(decoder, object)
  return object
}

function readDictionaryEntries(decoder: Decoder, object: object): void {
  for (let count = decoder.count(2); count > 0; count--) define(object, decoder.untaggedString(), decoder.value())
}
