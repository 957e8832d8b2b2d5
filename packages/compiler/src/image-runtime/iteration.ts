/**
 * `for … of`: which iterations are data, and how each goes on.
 */

import { $Characters, $Collection, $Elements, type CollectionMethod, type Live } from './iteration-state.js'

/** The image's marker; {@link $next} returns it at the end of an iteration. */
declare const $U: unique symbol

const $arrayValues = Array.prototype[Symbol.iterator]
const $typedValues = (Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array)[Symbol.iterator]
const $arrayIterator = Object.getPrototypeOf([][Symbol.iterator]()) as { next: unknown }
const $arrayNext = $arrayIterator.next

/** A native iterator in progress: it can't be taken apart, so it pins its thread. */
interface NativeIteration {
  readonly iterator: Iterator<unknown>
  readonly next: () => IteratorResult<unknown>
}

export type Iteration = $Elements | $Collection | $Characters | NativeIteration

const $collectionPrototypes = { map: Map.prototype, set: Set.prototype }
const $collectionNext = {
  map: (Object.getPrototypeOf(new Map().entries()) as { next: unknown }).next,
  set: (Object.getPrototypeOf(new Set().entries()) as { next: unknown }).next,
}

/**
 * Is an iteration of `value` a walk along its indices? So it is for arrays and typed arrays as the language made them,
 * and then the iteration is an array and an index: data.
 */
export function $indexed(value: unknown): boolean {
  return (
    ((Array.isArray(value) && value[Symbol.iterator] === $arrayValues) ||
      (ArrayBuffer.isView(value) && (value as Uint8Array)[Symbol.iterator] === $typedValues)) &&
    $arrayIterator.next === $arrayNext
  )
}

/** Begins an iteration of something that is not {@link $indexed}. */
export function $iterate(value: Iterable<unknown>, text: string): Iteration {
  if (typeof value === 'string') return new $Characters(value)
  const method = value == null ? undefined : value[Symbol.iterator]
  if (typeof method !== 'function') throw new TypeError(`${outcomeText(text)} is not iterable`)
  const live = $live(value, method, 'entries') ?? $live(value, method, 'values')
  return live ?? $native(Reflect.apply<Iterable<unknown>, [], Iterator<unknown>>(method, value, []))
}

/** What V8 calls a value that is not iterable: the callee, if a call gave it. */
const outcomeText = (text: string): string => text.replace(/\(\.\.\.\)$/, ' is not a function or its return value')

/** Begins the iteration of `value[name]()`, where `name` is `entries`, `keys` or `values`. */
export function $iterateBy(value: unknown, name: CollectionMethod, text: string): Iteration {
  const method: unknown = (value as Record<string, unknown>)[name]
  if (typeof method !== 'function') throw new TypeError(`${text}.${name} is not a function`)
  const live = $live(value, method, name)
  if (live) return live
  if (method === Array.prototype[name] && $indexed(value)) return new $Elements(value as ArrayLike<unknown>, name)
  return $iterate(Reflect.apply(method, value, []) as Iterable<unknown>, `${text}.${name}(...)`)
}

/** An iteration of a genuine `Map` or `Set` by a method of the language's own. */
function $live(value: unknown, method: unknown, name: CollectionMethod): $Collection | null {
  const kind = value instanceof Map ? 'map' : value instanceof Set ? 'set' : null
  if (!kind || method !== $collectionPrototypes[kind][name]) return null
  const collection = value as Live
  const next = (Object.getPrototypeOf(collection.entries()) as { next: unknown }).next
  return next === $collectionNext[kind] ? new $Collection(collection, name, 0) : null
}

function $native(iterator: Iterator<unknown>): NativeIteration {
  if (Object(iterator) !== iterator) throw new TypeError('Result of the Symbol.iterator method is not an object')
  return { iterator, next: iterator.next as NativeIteration['next'] }
}

/** The next value, or `$U` at the end. */
export function $next(iteration: Iteration): unknown {
  if ('step' in iteration) return iteration.step()
  const result = Reflect.apply<unknown, [], IteratorResult<unknown>>(iteration.next, iteration.iterator, [])
  if (Object(result) !== result) throw new TypeError(`Iterator result ${String(result as unknown)} is not an object`)
  return result.done ? $U : result.value
}

/** Tells the iterator that no more values are wanted. */
export function $close(iteration: Iteration): void {
  if ('step' in iteration) return
  const method: unknown = iteration.iterator.return
  if (method == null) return
  const result: unknown = Reflect.apply(method as () => unknown, iteration.iterator, [])
  if (Object(result) !== result) throw new TypeError(`Iterator result ${String(result)} is not an object`)
}

/** The same after an exception, which prevails over what goes wrong here. */
export function $abandon(iteration: Iteration): void {
  try {
    $close(iteration)
  } catch {
    // The language drops this error too: the first one is on its way.
  }
}
