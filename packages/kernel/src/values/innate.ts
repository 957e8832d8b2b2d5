import { types } from 'node:util'
import type { View } from './prototypes.js'

// A class derived from a built-in one may override its methods and getters, which would run.

/** What built-in getters say about an object. */
function getter<This extends object, Result>(prototype: object, key: string | symbol): (object: This) => Result {
  // Each of these is an accessor by the language's definition.
  const { get } = Object.getOwnPropertyDescriptor(prototype, key) as { get: (this: This) => Result }
  return (object) => get.call(object)
}

const { prototype: view } = Object.getPrototypeOf(Uint8Array) as { prototype: object }
export const viewName = getter<View, string>(view, Symbol.toStringTag)
export const viewBuffer = getter<View, ArrayBufferLike>(view, 'buffer')
export const viewOffset = getter<View, number>(view, 'byteOffset')
export const viewBytes = getter<View, number>(view, 'byteLength')
export const viewLength = getter<View, number>(view, 'length')

export const dataViewBuffer = getter<DataView, ArrayBufferLike>(DataView.prototype, 'buffer')
export const dataViewOffset = getter<DataView, number>(DataView.prototype, 'byteOffset')
export const dataViewBytes = getter<DataView, number>(DataView.prototype, 'byteLength')

/** The buffer of a typed array or `DataView`. */
export const bufferOf = (view: ArrayBufferView): ArrayBufferLike =>
  types.isDataView(view) ? dataViewBuffer(view) : viewBuffer(view as View)

const { entries } = Map.prototype
const { values } = Set.prototype
export const mapEntries = <K, V>(map: ReadonlyMap<K, V>): Iterable<[K, V]> => entries.call(map) as Iterable<[K, V]>
export const setMembers = <T>(set: ReadonlySet<T>): Iterable<T> => values.call(set) as Iterable<T>

export const mapSize = getter<ReadonlyMap<unknown, unknown>, number>(Map.prototype, 'size')
export const setSize = getter<ReadonlySet<unknown>, number>(Set.prototype, 'size')

export const regExpSource = getter<RegExp, string>(RegExp.prototype, 'source')
export const regExpFlags = getter<RegExp, string>(RegExp.prototype, 'flags')
