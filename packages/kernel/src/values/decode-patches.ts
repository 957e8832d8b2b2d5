import { types } from 'node:util'
import type { Decoder } from './decoder.js'
import { isStackAccessor } from './properties.js'
import type { Owner } from './prototypes.js'
import { Attribute, Integrity } from './tags.js'

/** Below this, reserving the elements of an array costs nothing worth avoiding. */
const SHORT_ARRAY = 1024

/** Reads properties and integrity level and applies them to `target`; `behind` is its new prototype, `undefined` for the old. */
export function readPatch(decoder: Decoder, target: object, behind?: unknown): void {
  if (behind !== undefined) {
    if (typeof behind !== 'object') throw decoder.malformed('a prototype is not an object')
    Object.setPrototypeOf(target, behind === null ? null : decoder.prototype(behind))
  }
  const integrity = decoder.byte()
  const count = decoder.count(3)
  let hasStack = false
  for (let i = 0; i < count; i++) hasStack = readProperty(decoder, target) === 'stack' || hasStack
  if (!hasStack && types.isNativeError(target)) Reflect.deleteProperty(target, 'stack')
  protect(decoder, target, integrity)
}

/** Returns the property's key. */
function readProperty(decoder: Decoder, target: object): string | symbol {
  const key = decoder.value()
  if (typeof key !== 'string' && typeof key !== 'symbol') throw decoder.malformed('a key is neither string nor symbol')
  const attributes = decoder.byte()
  const enumerable = (attributes & Attribute.ENUMERABLE) !== 0
  const configurable = (attributes & Attribute.CONFIGURABLE) !== 0
  if ((attributes & Attribute.ACCESSOR) !== 0) {
    const get = readAccessor(decoder)
    const set = readAccessor(decoder)
    Object.defineProperty(target, key, { get, set, enumerable, configurable })
    return key
  }
  const writable = (attributes & Attribute.WRITABLE) !== 0
  const value = decoder.value()
  if (key === 'length' && Array.isArray(target)) lengthen(target, value)
  if (key === 'prototype' && typeof target === 'function') decoder.reassigned(target)
  if (key === 'stack' && setStack(target, value)) return key
  Object.defineProperty(target, key, { value, writable, enumerable, configurable })
  return key
}

/** Where the engine keeps stacks behind accessors, sets the stack through them. */
function setStack(target: object, stack: unknown): boolean {
  const get = Object.getOwnPropertyDescriptor(target, 'stack')?.get as Owner | undefined
  return isStackAccessor('stack', get) && Reflect.set(target, 'stack', stack)
}

function readAccessor(decoder: Decoder): (() => unknown) | undefined {
  const accessor = decoder.value()
  if (accessor === undefined || typeof accessor === 'function') return accessor as (() => unknown) | undefined
  throw decoder.malformed('a getter or setter is not a function')
}

/** Gives a sparse array its length without room for the elements that it lacks: a few bytes could ask for gigabytes. */
function lengthen(array: unknown[], length: unknown): void {
  if (typeof length !== 'number' || length <= array.length + SHORT_ARRAY) return
  // An element that far out turns the array into a hash table, which it stays.
  array[length - 1] = undefined
  array.pop()
}

function protect(decoder: Decoder, target: object, integrity: number): void {
  switch (integrity) {
    case Integrity.NONE:
      return
    case Integrity.NON_EXTENSIBLE:
      return void Object.preventExtensions(target)
    case Integrity.SEALED:
      return void Object.seal(target)
    case Integrity.FROZEN:
      return void Object.freeze(target)
    default:
      throw decoder.malformed(`unknown integrity level ${integrity}`)
  }
}
