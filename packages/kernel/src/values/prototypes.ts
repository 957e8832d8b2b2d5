import { types } from 'node:util'
import { generatorFunctionOf } from '../frames/generator-state.js'
import { privateStateOf } from '../frames/private-state.js'
import { LayoutSet } from './layout.js'

/** A class's own way to move: an instance's method of this name returns data … */
export const SERIALIZE = Symbol.for('atoll.serialize')
/** … from which the class's static method of this name makes the object again. */
export const DESERIALIZE = Symbol.for('atoll.deserialize')

/** What objects are inside, whatever class they belong to. */
export type Kind =
  | 'ordinary'
  | 'array'
  | 'map'
  | 'set'
  | 'date'
  | 'regexp'
  | 'error'
  | 'buffer'
  | 'view'
  | 'data-view'
  | 'boxed'
  | 'promise'

/** Element types of typed arrays; an index is what travels. */
export const VIEW_CLASSES = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const
export type View = InstanceType<(typeof VIEW_CLASSES)[number]>

const KINDS = new Map<object, Kind>([
  [Object.prototype, 'ordinary'],
  [Array.prototype, 'array'],
  [Map.prototype, 'map'],
  [Set.prototype, 'set'],
  [Date.prototype, 'date'],
  [RegExp.prototype, 'regexp'],
  [Error.prototype, 'error'],
  [ArrayBuffer.prototype, 'buffer'],
  [Object.getPrototypeOf(Uint8Array.prototype) as object, 'view'],
  [DataView.prototype, 'data-view'],
  ...[Number, String, Boolean, Symbol, BigInt].map(({ prototype }) => [prototype as object, 'boxed'] as const),
  [Promise.prototype, 'promise'],
])

const BRANDS: Readonly<Record<Kind, (value: object) => boolean>> = {
  ordinary: () => true,
  array: Array.isArray,
  map: types.isMap,
  set: types.isSet,
  date: types.isDate,
  regexp: types.isRegExp,
  error: types.isNativeError,
  buffer: (value) => types.isArrayBuffer(value),
  view: types.isTypedArray,
  'data-view': types.isDataView,
  boxed: types.isBoxedPrimitive,
  promise: types.isPromise,
}

/** Prototypes of objects that hold state which nobody can read, and why they are better left where they are. */
const CLOSED = new Set<unknown>([
  ...[WeakMap, WeakSet, WeakRef, FinalizationRegistry, SharedArrayBuffer].map(({ prototype }) => prototype as object),
  Object.getPrototypeOf(Object.getPrototypeOf([].values())),
  Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype)),
  ...Object.values(Object.getOwnPropertyDescriptors(Intl)).map(
    ({ value }) => (value as { prototype?: object }).prototype,
  ),
])
CLOSED.delete(undefined)

/** What an object's prototype tells about it. Read once: prototypes of classes are taken to be constant. */
export interface Prototype {
  readonly object: object
  /** The function whose `prototype` this is. */
  readonly owner: Owner | null
  /** Owners of this and the prototypes behind it, up to the first that the language provides. */
  readonly owners: readonly Owner[]
  readonly kind: Kind
  /** Is this the prototype that the language gives to objects of the kind? */
  readonly isStandard: boolean
  /** Do objects of this prototype have inner state that can't be read? */
  readonly isClosed: boolean
  /** Do objects of this prototype say themselves how they move? */
  readonly isCustom: boolean
  /** Those of the owners that keep private state on their objects. */
  readonly privates: readonly Owner[]
  readonly layouts: LayoutSet
  /** The context that was found to know all owners last. */
  approved: object | null
}

export type Owner = (...args: never) => unknown

const prototypes = new WeakMap<object, Prototype>()

export function prototypeInfo(object: object): Prototype {
  const known = prototypes.get(object)
  if (known) return known
  const info = examine(object)
  prototypes.set(object, info)
  return info
}

function examine(object: object): Prototype {
  const owners: Owner[] = []
  let kind: Kind | undefined
  let isClosed = false
  let behind: object | null = object
  for (; behind !== null && kind === undefined; behind = Object.getPrototypeOf(behind) as object | null) {
    isClosed ||= CLOSED.has(behind) || types.isProxy(behind)
    if (isClosed) break
    kind = KINDS.get(behind)
    const owner = ownerOf(behind)
    if (kind === undefined && owner !== null && !isViewClass(owner)) owners.push(owner)
  }
  return {
    object,
    owner: isClosed ? null : ownerOf(object),
    owners,
    kind: kind ?? 'ordinary',
    isStandard: KINDS.has(object) || isViewClass(ownerOf(object)),
    isClosed,
    isCustom: !isClosed && SERIALIZE in object,
    privates: owners.filter((owner) => privateStateOf(owner)?.stores !== undefined),
    layouts: new LayoutSet(object),
    approved: null,
  }
}

/** The function whose `prototype` is this very object. */
export function ownerOf(prototype: object): Owner | null {
  const owner: unknown =
    generatorFunctionOf(prototype) ?? Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  if (typeof owner !== 'function' || types.isProxy(owner)) return null
  return Object.getOwnPropertyDescriptor(owner, 'prototype')?.value === prototype ? (owner as Owner) : null
}

const isViewClass = (owner: Owner | null): boolean => VIEW_CLASSES.some((view) => (view as unknown) === owner)

/** What `object` is inside; an object that only inherits from a built-in one is ordinary. */
export function kindOf(object: object, prototype: Prototype): Kind {
  if (prototype.kind === 'ordinary' && Array.isArray(object)) return 'array'
  return BRANDS[prototype.kind](object) ? prototype.kind : 'ordinary'
}
