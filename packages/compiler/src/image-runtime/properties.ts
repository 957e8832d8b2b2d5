/**
 * Properties and patterns, in the steps that the language takes.
 */

type Key = string | symbol

/** A computed key, converted when it is evaluated and not again when it is used. */
export function $key(value: unknown): Key {
  const [key] = Reflect.ownKeys({ [value as Key]: 0 })
  return key
}

/** Defines a field. */
export function $define(object: object, key: Key, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
}

/** The base class's property `key` as `super.key` finds it. */
export function $super(home: object, key: Key, self: unknown): unknown {
  return Reflect.get(Object.getPrototypeOf(home) as object, key, self)
}

/** Fails as destructuring does when there is nothing to take apart, and no `property` to be taken first. */
export function $object(value: unknown, text: string, property?: string): unknown {
  if (value != null) return value
  const of = text || (value === null ? 'object null' : 'undefined') // so V8 calls arguments
  const what = property === undefined ? `'${of}'` : `property '${property}' of '${of}'`
  throw new TypeError(`Cannot destructure ${what} as it is ${value}.`)
}

/** What `{ …, ...rest }` leaves of `value`; keys that are literals come as the source has them. */
export function $rest(value: unknown, taken: readonly (Key | number | bigint | boolean | null)[]): object {
  const source = Object(value) as Record<Key, unknown>
  const rest: Record<Key, unknown> = {}
  const left = taken.map((key) => (typeof key === 'symbol' ? key : String(key)))
  for (const key of Reflect.ownKeys(source)) {
    if (left.includes(key) || !Reflect.getOwnPropertyDescriptor(source, key)?.enumerable) continue
    Object.defineProperty(rest, key, { value: source[key], writable: true, enumerable: true, configurable: true })
  }
  return rest
}

/** The keys that `for (… in value)` visits, as far as they are known when it begins. */
export function $keys(value: unknown): string[] {
  const keys: string[] = []
  for (const key in value as object) keys.push(key)
  return keys
}

/** Is the key still there when its turn comes? */
export function $has(value: unknown, key: string): boolean {
  return key in Object(value)
}

/** The strings of a template, as its tag gets them. */
export function $strings(strings: TemplateStringsArray): TemplateStringsArray {
  return strings
}
