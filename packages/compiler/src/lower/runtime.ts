/**
 * Small functions that generated code calls. A module carries the text of those it uses, so a program image stands alone;
 * here they are ordinary functions, so that the compiler checks them. They refer to each other and to `$U` by name.
 */

/** The image's marker of variables in their dead zone; `$next` returns it at the end of an iteration too. */
declare const $U: unique symbol

type Key = string | symbol

/** A variable's value, unless it is still in its dead zone. */
function $initialized(value: unknown, name: string): unknown {
  if (value !== $U) return value
  throw new ReferenceError(
    name === 'this'
      ? "Must call super constructor in derived class before accessing 'this' or returning from derived constructor"
      : `Cannot access '${name}' before initialization`,
  )
}

/** A captured variable as a property that checks the dead zone when it is read or written. */
function $guarded(environment: Record<string, unknown>, property: string, name: string): { value: unknown } {
  return {
    get value() {
      return $initialized(environment[property], name)
    },
    set value(value) {
      $initialized(environment[property], name)
      environment[property] = value
    },
  }
}

/** A constant as a property that can't be written. */
function $constant(current: unknown): { value: unknown } {
  return {
    get value() {
      return current
    },
    set value(_) {
      throw new TypeError('Assignment to constant variable.')
    },
  }
}

/** A function to call, or the error that V8 would give for the source's `text`. */
function $callable(value: unknown, text: string): unknown {
  if (typeof value === 'function') return value
  throw new TypeError(`${text} is not a function`)
}

/** The same for an optional call, which does without a function that is missing. */
function $callableIfAny(value: unknown, text: string): unknown {
  return value == null ? value : $callable(value, text)
}

/** A class to instantiate, or the error that V8 would give for the source's `text`. */
function $constructible(value: unknown, text: string): unknown {
  if (typeof value === 'function') return value
  throw new TypeError(`${text} is not a constructor`)
}

/** The strings of a template, as its tag gets them. */
function $strings(strings: TemplateStringsArray): TemplateStringsArray {
  return strings
}

/** A one-property object to be spread into a literal: a function under a computed key takes its name from the key. */
function $keyed(key: Key, closure: object): object {
  const object = { [key]: closure }
  const [own] = Reflect.ownKeys(object)
  const name = typeof own === 'symbol' ? (own.description === undefined ? '' : `[${own.description}]`) : own
  Object.defineProperty(closure, 'name', { value: name, configurable: true })
  return object
}

/** Gives a function its name back where bundling has changed that of its variable. */
function $rename(target: { readonly name: string }, name: string): void {
  if (target.name !== name) Object.defineProperty(target, 'name', { value: name, configurable: true })
}

/** Replaces the placeholder property `key` of `object`, keeping its place, with an accessor. */
function $accessor(
  object: object,
  key: string,
  get: (() => unknown) | undefined,
  set: ((value: unknown) => void) | undefined,
): object {
  return Object.defineProperty(object, key, { get, set, enumerable: true, configurable: true })
}

/** A computed key, converted when it is evaluated and not again when it is used. */
function $key(value: unknown): Key {
  const [key] = Reflect.ownKeys({ [value as Key]: 0 })
  return key
}

/** The base class's property `key` as `super.key` finds it. */
function $super(home: object, key: Key, self: unknown): unknown {
  return Reflect.get(Object.getPrototypeOf(home) as object, key, self)
}

/** Fails as destructuring does when there is nothing to take apart. */
function $object(value: unknown, text: string): unknown {
  if (value != null) return value
  throw new TypeError(`Cannot destructure '${text}' as it is ${value}.`)
}

/** What `{ …, ...rest }` leaves of `value`. */
function $rest(value: unknown, taken: readonly Key[]): object {
  const source = Object(value) as Record<Key, unknown>
  const rest: Record<Key, unknown> = {}
  for (const key of Reflect.ownKeys(source)) {
    if (taken.includes(key) || !Reflect.getOwnPropertyDescriptor(source, key)?.enumerable) continue
    Object.defineProperty(rest, key, { value: source[key], writable: true, enumerable: true, configurable: true })
  }
  return rest
}

/** The keys that `for (… in value)` visits, as far as they are known when it begins. */
function $keys(value: unknown): string[] {
  const keys: string[] = []
  for (const key in value as object) keys.push(key)
  return keys
}

/** Is the key still there when its turn comes? */
function $has(value: unknown, key: string): boolean {
  return key in Object(value)
}

const $arrayValues = Array.prototype[Symbol.iterator]
const $typedValues = (Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array)[Symbol.iterator]
const $arrayIterator = Object.getPrototypeOf([][Symbol.iterator]()) as { next: unknown }
const $arrayNext = $arrayIterator.next

/**
 * Is an iteration of `value` a walk along its indices? So it is for arrays and typed arrays as the language made them,
 * and then the iteration is an array and an index: data.
 */
function $indexed(value: unknown): boolean {
  return (
    ((Array.isArray(value) && value[Symbol.iterator] === $arrayValues) ||
      (ArrayBuffer.isView(value) && (value as Uint8Array)[Symbol.iterator] === $typedValues)) &&
    $arrayIterator.next === $arrayNext
  )
}

/** A native iterator in progress: it can't be taken apart, so it pins its thread. */
interface NativeIteration {
  readonly iterator: Iterator<unknown>
  readonly next: () => IteratorResult<unknown>
}

type Iteration = $Elements | $Collection | $Characters | NativeIteration

type CollectionMethod = 'entries' | 'keys' | 'values'

/** Iteration of an array by one of its methods. */
class $Elements {
  readonly array: ArrayLike<unknown>
  readonly method: CollectionMethod
  index = 0
  constructor(array: ArrayLike<unknown>, method: CollectionMethod) {
    this.array = array
    this.method = method
  }
  step(): unknown {
    if (this.index >= this.array.length) return $U
    const index = this.index++
    if (this.method === 'keys') return index
    return this.method === 'values' ? this.array[index] : [index, this.array[index]]
  }
}

/** Iteration over a string's characters. */
class $Characters {
  readonly text: string
  index = 0
  constructor(text: string) {
    this.text = text
  }
  step(): unknown {
    if (this.index >= this.text.length) return $U
    const character = String.fromCodePoint(this.text.codePointAt(this.index) as number)
    this.index += character.length
    return character
  }
}

type Live = Map<unknown, unknown> | Set<unknown>

const $collectionPrototypes = { map: Map.prototype, set: Set.prototype }
const $collectionNext = {
  map: (Object.getPrototypeOf(new Map().entries()) as { next: unknown }).next,
  set: (Object.getPrototypeOf(new Set().entries()) as { next: unknown }).next,
}

/**
 * Iteration over a `Map` or `Set`. It observes later changes because a native iterator does the walk; it moves as the
 * collection and the number of entries that are behind, and a new native iterator is put in that place.
 */
class $Collection {
  readonly collection: Live
  readonly method: CollectionMethod
  #iterator: Iterator<unknown>
  constructor(collection: Live, method: CollectionMethod, behind: number) {
    this.collection = collection
    this.method = method
    this.#iterator = $Collection.#at(collection, method, behind)
  }
  static #at(collection: Live, method: CollectionMethod, behind: number): Iterator<unknown> {
    const iterator = collection[method]() as Iterator<unknown>
    for (let index = 0; index < behind; index++) iterator.next()
    return iterator
  }
  step(): unknown {
    const result: IteratorResult<unknown> = this.#iterator.next()
    return result.done ? $U : result.value
  }
  [Symbol.for('atoll.serialize')](): readonly unknown[] {
    let ahead = 0
    while (!this.#iterator.next().done) ahead++
    const behind = this.collection.size - ahead
    this.#iterator = $Collection.#at(this.collection, this.method, behind)
    return [this.collection, this.method, behind]
  }
  static [Symbol.for('atoll.deserialize')]([collection, method, behind]: [
    Live,
    CollectionMethod,
    number,
  ]): $Collection {
    return new $Collection(collection, method, behind)
  }
}

/** Begins an iteration of something that is not {@link $indexed}. */
function $iterate(value: Iterable<unknown>, text: string): Iteration {
  if (typeof value === 'string') return new $Characters(value)
  const method = value == null ? undefined : value[Symbol.iterator]
  if (typeof method !== 'function') throw new TypeError(`${text} is not iterable`)
  const live = $live(value, method, 'entries') ?? $live(value, method, 'values')
  return live ?? $native(Reflect.apply<Iterable<unknown>, [], Iterator<unknown>>(method, value, []))
}

/** Begins the iteration of `value[name]()`, where `name` is `entries`, `keys` or `values`. */
function $iterateBy(value: unknown, name: CollectionMethod, text: string): Iteration {
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
function $next(iteration: Iteration): unknown {
  if ('step' in iteration) return iteration.step()
  const result = Reflect.apply<unknown, [], IteratorResult<unknown>>(iteration.next, iteration.iterator, [])
  if (Object(result) !== result) throw new TypeError(`Iterator result ${String(result as unknown)} is not an object`)
  return result.done ? $U : result.value
}

/** Tells the iterator that no more values are wanted. */
function $close(iteration: Iteration): void {
  if ('step' in iteration) return
  const method: unknown = iteration.iterator.return
  if (method == null) return
  const result: unknown = Reflect.apply(method as () => unknown, iteration.iterator, [])
  if (Object(result) !== result) throw new TypeError(`Iterator result ${String(result)} is not an object`)
}

/** The same after an exception, which prevails over what goes wrong here. */
function $abandon(iteration: Iteration): void {
  try {
    $close(iteration)
  } catch {
    // The language drops this error too: the first one is on its way.
  }
}

/** What each helper is, and which others it refers to. */
const HELPERS = {
  $initialized: [$initialized],
  $guarded: [$guarded, '$initialized'],
  $constant: [$constant],
  $callable: [$callable],
  $callableIfAny: [$callableIfAny, '$callable'],
  $constructible: [$constructible],
  $apply: ['const $apply = Reflect.apply'],
  $strings: [$strings],
  $keyed: [$keyed],
  $rename: [$rename],
  $accessor: [$accessor],
  $key: [$key],
  $super: [$super],
  $object: [$object],
  $rest: [$rest],
  $keys: [$keys],
  $has: [$has],
  $arrayValues: ['const $arrayValues = Array.prototype[Symbol.iterator]'],
  $typedValues: ['const $typedValues = Object.getPrototypeOf(Uint8Array.prototype)[Symbol.iterator]'],
  $arrayIterator: ['const $arrayIterator = Object.getPrototypeOf([][Symbol.iterator]())'],
  $arrayNext: ['const $arrayNext = $arrayIterator.next', '$arrayIterator'],
  $indexed: [$indexed, '$arrayValues', '$typedValues', '$arrayIterator', '$arrayNext'],
  $Elements: [$Elements],
  $Characters: [$Characters],
  $collectionPrototypes: ['const $collectionPrototypes = { map: Map.prototype, set: Set.prototype }'],
  $collectionNext: [
    'const $collectionNext = { map: Object.getPrototypeOf(new Map().entries()).next, set: Object.getPrototypeOf(new Set().entries()).next }',
  ],
  $Collection: [$Collection],
  $iterate: [$iterate, '$Characters', '$live', '$native'],
  $iterateBy: [$iterateBy, '$live', '$indexed', '$Elements', '$iterate'],
  $live: [$live, '$collectionPrototypes', '$collectionNext', '$Collection'],
  $native: [$native],
  $next: [$next],
  $close: [$close],
  $abandon: [$abandon, '$close'],
} as const satisfies Record<string, readonly [text: object | string, ...needs: string[]]>

export type HelperName = keyof typeof HELPERS

/** Helpers that are classes: instances of them move, so the class must have a name. */
export const HELPER_CLASSES: readonly HelperName[] = ['$Elements', '$Characters', '$Collection']

/** These helpers and all that they refer to, in an order in which they can be evaluated. */
export function withNeeds(names: Iterable<HelperName>): HelperName[] {
  const wanted = new Set<HelperName>()
  const want = (name: HelperName): void => {
    if (wanted.has(name)) return
    wanted.add(name)
    const [, ...needs] = HELPERS[name]
    for (const need of needs) want(need)
  }
  for (const name of names) want(name)
  return (Object.keys(HELPERS) as HelperName[]).filter((name) => wanted.has(name))
}

/** JavaScript source text of a helper's definition. */
export function helperText(name: HelperName): string {
  const [definition] = HELPERS[name]
  return typeof definition === 'string' ? definition : definition.toString()
}
