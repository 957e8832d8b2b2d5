import { isNative } from './native.js'
import type { Owner } from './prototypes.js'
import { Attribute, Integrity } from './tags.js'

/** An own property that a layout can't express. */
export type Property =
  | { readonly key: string | symbol; readonly attributes: number; readonly value: unknown }
  | { readonly key: string | symbol; readonly attributes: number; readonly get: unknown; readonly set: unknown }

/** Properties that an object gets after it was made, and whether it can get more. */
export interface Patch {
  readonly properties: readonly Property[]
  readonly integrity: Integrity
  /** The prototype that the object gets, if it was not made with it. */
  readonly behind?: object | null
}

const { getOwnPropertyDescriptor } = Object

/** The getter that reading a property would run, its own or an inherited one. */
export const { __lookupGetter__: lookupGetter } = Object.prototype as unknown as {
  __lookupGetter__: (this: object, key: string | number) => unknown
}

/** A property descriptor whose parts are not trusted. */
export interface Descriptor {
  readonly value?: unknown
  readonly get?: Owner
  readonly set?: Owner
  readonly writable?: boolean
  readonly enumerable?: boolean
  readonly configurable?: boolean
}

/** The descriptor of an own property that was just listed. */
export const descriptorOf = (object: object, key: string | symbol): Descriptor =>
  getOwnPropertyDescriptor(object, key) as Descriptor

/** An own property that was just listed. */
export function ownProperty(object: object, key: string | symbol): Property {
  const { enumerable, configurable, writable, get, set, value } = descriptorOf(object, key)
  const attributes = (enumerable ? Attribute.ENUMERABLE : 0) | (configurable ? Attribute.CONFIGURABLE : 0)
  if (isStackAccessor(key, get)) return { key, attributes: attributes | Attribute.WRITABLE, value: get.call(object) }
  if (get !== undefined || set !== undefined) return { key, attributes: attributes | Attribute.ACCESSOR, get, set }
  return { key, attributes: attributes | (writable ? Attribute.WRITABLE : 0), value }
}

/** Newer engines keep the stack of an error behind accessors of their own; elsewhere it is an ordinary property, and on the wire. */
export const isStackAccessor = (key: string | symbol, get: Owner | undefined): get is () => unknown =>
  key === 'stack' && get !== undefined && isNative(get)

export function integrityOf(object: object): Integrity {
  if (Object.isExtensible(object)) return Integrity.NONE
  // V8 takes an empty array that can't be extended for frozen, although its length is writable.
  const canShrink = Array.isArray(object) && getOwnPropertyDescriptor(object, 'length')?.writable === true
  if (!canShrink && Object.isFrozen(object)) return Integrity.FROZEN
  return Object.isSealed(object) ? Integrity.SEALED : Integrity.NON_EXTENSIBLE
}

/** The attributes that an assigned property has once its object has this integrity. */
export function assignedAttributes(integrity: Integrity): number {
  if (integrity === Integrity.FROZEN) return Attribute.ENUMERABLE
  if (integrity === Integrity.SEALED) return Attribute.ENUMERABLE | Attribute.WRITABLE
  return Attribute.ENUMERABLE | Attribute.WRITABLE | Attribute.CONFIGURABLE
}

/** What there is beside what objects of its kind have: the properties named `keys`, and the integrity level. `null`: nothing. */
export function patchOf(object: object, keys: readonly (string | symbol)[]): Patch | null {
  const integrity = integrityOf(object)
  if (keys.length === 0 && integrity === Integrity.NONE) return null
  return { properties: keys.map((key) => ownProperty(object, key)), integrity }
}
