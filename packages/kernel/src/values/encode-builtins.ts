import { types } from 'node:util'
import type { Encoder } from './encoder.js'
import * as innate from './innate.js'
import { patchOf, type Patch } from './properties.js'
import type { Kind, Prototype, View } from './prototypes.js'
import { Integrity, Job, SOFT_DEPTH, Tag } from './tags.js'
import { SHARED_MEMORY, Unmovable } from './unmovable.js'
import { viewClassOf } from './view-regions.js'

type BuiltinKind = Exclude<Kind, 'ordinary' | 'array'>

/** Keys that objects of a kind have by themselves. */
const INNATE: Partial<Readonly<Record<BuiltinKind, (object: object, key: string | symbol) => boolean>>> = {
  regexp: (_, key) => key === 'lastIndex',
  boxed: (object, key) => types.isStringObject(object) && (key === 'length' || Number(key) < object.length),
}

/** What tells an error that has lost even its stack from the error that is made on arrival. */
const NO_STACK: Patch = { properties: [], integrity: Integrity.NONE }

/** An object with inner state: of a class that the language provides, or of one derived from it. */
export function writeBuiltin(encoder: Encoder, object: object, kind: BuiltinKind, prototype: Prototype): void {
  if (kind === 'promise') return writePromise(encoder, object as Promise<unknown>)
  refuseForeignMemory(object, kind)
  if (!prototype.isStandard && encoder.dependency(prototype.owner ?? prototype.object) && encoder.reference(object))
    return
  const patch = patchOf(object, ownKeys(object, kind, prototype)) ?? (kind === 'error' ? NO_STACK : null)
  if (patch) encoder.byte(Tag.PATCHED)
  const index = encoder.identities.add(object)
  if (!prototype.isStandard) {
    encoder.byte(Tag.DERIVED)
    encoder.prototypeValue(prototype)
  }
  writeState(encoder, object, kind, index)
  if (patch) encoder.patch(Job.PATCH, index, patch)
}

function ownKeys(object: object, kind: BuiltinKind, prototype: Prototype): (string | symbol)[] {
  // Listing a typed array's keys lists its elements: 30 ns each. Only those of derived classes have others, by custom; and views have their disposal.
  if (kind === 'view' && isPlainView(prototype)) return Object.hasOwn(object, Symbol.dispose) ? [Symbol.dispose] : []
  if (kind === 'view') return Reflect.ownKeys(object).slice(innate.viewLength(object as View))
  const keys = Reflect.ownKeys(object)
  const isInnate = INNATE[kind]
  return isInnate && keys.length > 0 ? keys.filter((key) => !isInnate(object, key)) : keys
}

const isPlainView = (prototype: Prototype): boolean => prototype.isStandard || prototype.object === Buffer.prototype

function writeState(encoder: Encoder, object: object, kind: Exclude<BuiltinKind, 'promise'>, index: number): void {
  switch (kind) {
    case 'map':
      return writeMap(encoder, object as Map<unknown, unknown>, index)
    case 'set':
      return writeSet(encoder, object as Set<unknown>, index)
    case 'date':
      encoder.byte(Tag.DATE)
      return encoder.double(Date.prototype.getTime.call(object))
    case 'regexp':
      return writeRegExp(encoder, object as RegExp)
    case 'error':
      return encoder.byte(Tag.ERROR)
    case 'boxed':
      encoder.byte(Tag.BOXED)
      return encoder.value(unboxed(object))
    case 'buffer':
      return writeBuffer(encoder, object as ArrayBuffer)
    case 'view':
      return writeView(encoder, object as View)
    case 'data-view':
      return writeDataView(encoder, object as DataView)
  }
}

function writeMap(encoder: Encoder, map: Map<unknown, unknown>, index: number): void {
  const write = (): void => {
    encoder.varint(innate.mapSize(map))
    encoder.depth++
    for (const [key, value] of innate.mapEntries(map)) {
      encoder.value(key)
      encoder.value(value)
    }
    encoder.depth--
  }
  writeCollection(encoder, Tag.MAP, index, write)
}

function writeSet(encoder: Encoder, set: Set<unknown>, index: number): void {
  const write = (): void => {
    encoder.varint(innate.setSize(set))
    encoder.depth++
    for (const member of innate.setMembers(set)) encoder.value(member)
    encoder.depth--
  }
  writeCollection(encoder, Tag.SET, index, write)
}

function writeCollection(encoder: Encoder, tag: number, index: number, write: () => void): void {
  if (encoder.depth < SOFT_DEPTH) {
    encoder.byte(tag)
    return write()
  }
  encoder.byte(Tag.LATER)
  encoder.byte(tag)
  encoder.contents(index, write)
}

function unboxed(object: object): unknown {
  if (types.isNumberObject(object)) return Number.prototype.valueOf.call(object)
  if (types.isStringObject(object)) return String.prototype.valueOf.call(object)
  if (types.isBooleanObject(object)) return Boolean.prototype.valueOf.call(object)
  return types.isBigIntObject(object) ? BigInt.prototype.valueOf.call(object) : Symbol.prototype.valueOf.call(object)
}

function writeRegExp(encoder: Encoder, expression: RegExp): void {
  encoder.byte(Tag.REGEXP)
  encoder.string(innate.regExpSource(expression))
  encoder.string(innate.regExpFlags(expression))
  encoder.number(expression.lastIndex)
}

function writeBuffer(encoder: Encoder, buffer: ArrayBuffer): void {
  encoder.byte(Tag.BUFFER)
  writeBytes(encoder, buffer, new Uint8Array(buffer))
}

function writeBytes(encoder: Encoder, buffer: ArrayBufferLike, bytes: Uint8Array): void {
  encoder.varint(bytes.byteLength)
  encoder.regions?.place(buffer, encoder.length - bytes.byteOffset)
  encoder.raw(bytes)
}

function writeView(encoder: Encoder, view: View): void {
  const type = viewClassOf(view)
  if (type < 0) throw new Unmovable(view, `a ${innate.viewName(view)}, which other kernels may not know`)
  const buffer = innate.viewBuffer(view)
  const [offset, byteLength] = [innate.viewOffset(view), innate.viewBytes(view)]
  encoder.regions?.add(view, (start) => encoder.written(start + offset, byteLength))
  if (encoder.pools?.takes(view)) {
    encoder.identities.add({})
    writeWholeView(encoder, type, view)
  } else if (encoder.identities.indexOf(buffer) < 0 && byteLength === buffer.byteLength && !encoder.isNamed(buffer)) {
    encoder.identities.add(buffer)
    writeWholeView(encoder, type, view)
  } else {
    encoder.byte(Tag.VIEW)
    encoder.byte(type)
    encoder.varint(offset)
    encoder.varint(innate.viewLength(view))
    encoder.value(buffer)
  }
}

function writeWholeView(encoder: Encoder, type: number, view: View): void {
  encoder.byte(Tag.WHOLE_VIEW)
  encoder.byte(type)
  writeBytes(encoder, innate.viewBuffer(view), bytesOf(view))
}

function bytesOf(view: View): Uint8Array {
  if (Object.getPrototypeOf(view) === Uint8Array.prototype) return view as Uint8Array
  return new Uint8Array(innate.viewBuffer(view), innate.viewOffset(view), innate.viewBytes(view))
}

function writeDataView(encoder: Encoder, view: DataView): void {
  encoder.byte(Tag.DATA_VIEW)
  encoder.varint(innate.dataViewOffset(view))
  encoder.varint(innate.dataViewBytes(view))
  encoder.value(innate.dataViewBuffer(view))
}

function refuseForeignMemory(object: object, kind: BuiltinKind): void {
  if (kind !== 'view' && kind !== 'data-view' && kind !== 'buffer') return
  const buffer = kind === 'buffer' ? (object as ArrayBuffer) : innate.bufferOf(object as ArrayBufferView)
  if (types.isSharedArrayBuffer(buffer)) {
    throw new Unmovable(object, SHARED_MEMORY, 'use memory of the process (mmap, malloc)')
  }
  if ((buffer as { resizable?: boolean }).resizable === true) {
    throw new Unmovable(object, 'a resizable buffer or a view of one', 'use a buffer of fixed length')
  }
  if (buffer.byteLength === 0 && isDetached(buffer)) {
    throw new Unmovable(object, 'a detached buffer or a view of one', 'let go of it where it was transferred')
  }
}

function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    new Uint8Array(buffer)
    return false
  } catch {
    return true
  }
}

function writePromise(encoder: Encoder, promise: Promise<unknown>): void {
  const id = encoder.context.promiseId?.(promise)
  if (id === undefined) {
    throw new Unmovable(
      promise,
      'a promise that was not made by a thread',
      'await it before the move, or make it in an async function of the program',
    )
  }
  encoder.identities.add(promise)
  encoder.byte(Tag.PROMISE)
  encoder.varint(id)
}
