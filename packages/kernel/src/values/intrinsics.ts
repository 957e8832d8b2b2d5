import { types } from 'node:util'
import { generatorIntrinsics } from './generators.js'
import { isNative } from './native.js'
import { descriptorOf } from './properties.js'
import type { Owner } from './prototypes.js'

/** The standard's global names, and those of Node's that a program may well hold in a variable. */
const GLOBALS = (
  'Object Function Array String Number Boolean Symbol BigInt Math JSON Reflect Proxy Map Set WeakMap WeakSet WeakRef ' +
  'FinalizationRegistry Promise Date RegExp Intl Iterator Error AggregateError EvalError RangeError ReferenceError ' +
  'SyntaxError TypeError URIError ArrayBuffer SharedArrayBuffer DataView Atomics Int8Array Uint8Array Uint8ClampedArray ' +
  'Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array Float64Array BigInt64Array BigUint64Array ' +
  'parseInt parseFloat isNaN isFinite encodeURI encodeURIComponent decodeURI decodeURIComponent escape unescape eval ' +
  'WebAssembly'
).split(' ')
const HOST_GLOBALS = 'Buffer URL URLSearchParams TextEncoder TextDecoder queueMicrotask structuredClone'.split(' ')

const behind = (object: object): object => Object.getPrototypeOf(object) as object
const generators = [function* () {}, async function* () {}] as const

/** Intrinsics that no global name leads to. */
const hidden = (): Record<string, unknown> => ({
  '%TypedArray%': behind(Uint8Array),
  '%GeneratorFunction%': generators[0].constructor,
  '%AsyncFunction%': async function () {}.constructor,
  '%AsyncGeneratorFunction%': generators[1].constructor,
  '%IteratorPrototype%': behind(behind([].values())),
  '%AsyncIteratorPrototype%': behind(behind(generators[1].prototype as object)),
  '%ArrayIteratorPrototype%': behind([].values()),
  '%MapIteratorPrototype%': behind(new Map().values()),
  '%SetIteratorPrototype%': behind(new Set().values()),
  '%StringIteratorPrototype%': behind(''[Symbol.iterator]()),
  '%RegExpStringIteratorPrototype%': behind(''.matchAll(/./g)),
  ...generatorIntrinsics(),
})

interface Intrinsics {
  readonly names: ReadonlyMap<object, string>
  readonly values: ReadonlyMap<string, object>
}

let walked: Intrinsics | null = null

/** The name of an object or function that the language itself provides: `Array.prototype.map`. */
export const intrinsicName = (target: object): string | undefined => (walked ??= walk()).names.get(target)

/** What {@link intrinsicName} named. */
export const intrinsicNamed = (name: string): object | undefined => (walked ??= walk()).values.get(name)

/** Breadth first, so that everything gets its shortest name. What a program has added to a prototype is not intrinsic. */
function walk(): Intrinsics {
  const names = new Map<object, string>()
  const values = new Map<string, object>()
  const queue: [string, object][] = []
  const visit = (name: string, value: unknown): void => {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
    if (!isObject || names.has(value) || types.isProxy(value)) return
    names.set(value, name)
    values.set(name, value)
    queue.push([name, value])
  }
  const globals = globalThis as unknown as Record<string, unknown>
  for (const name of GLOBALS) if (Object.hasOwn(globals, name)) visit(name, globals[name])
  for (const [name, value] of Object.entries(hidden())) visit(name, value)
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) visitProperties(...next, visit)
  visit('globalThis', globalThis)
  for (const name of HOST_GLOBALS) visit(name, globals[name])
  visit('Buffer.prototype', Buffer.prototype)
  visit('URL.prototype', URL.prototype)
  return { names, values }
}

function visitProperties(name: string, target: object, visit: (name: string, value: unknown) => void): void {
  for (const key of Reflect.ownKeys(target)) {
    const member = typeof key === 'symbol' ? `${name}[${key.description ?? ''}]` : `${name}.${key}`
    const { value, get, set } = descriptorOf(target, key)
    const isOwnObject = key === 'prototype' || key === Symbol.unscopables
    if (typeof value === 'function' ? isNative(value as Owner) : isOwnObject) visit(member, value)
    if (get && isNative(get)) visit(`get ${member}`, get)
    if (set && isNative(set)) visit(`set ${member}`, set)
  }
}
