/**
 * Object literals of functions that are made member by member, in the order in which they are written: those with accessors, and with methods
 * that are taken out of them and use `super`.
 */

import { $rename, functionName } from './function-names.js'
import { $key } from './properties.js'

type Key = string | symbol
type Kind = 'method' | 'get' | 'set'
type Method = (...args: unknown[]) => unknown

/** How closures over one place of the source are made. */
interface ClosureTemplate {
  make(...environments: unknown[]): Method
}

/** Adds the members of `more`, a literal that nobody else has. */
export function $join(object: object, more: object): object {
  const prototype = Object.getPrototypeOf(more) as object | null
  if (prototype !== Object.prototype) Object.setPrototypeOf(object, prototype) // it says `__proto__: …`
  return Object.defineProperties(object, Object.getOwnPropertyDescriptors(more))
}

/** Adds a getter or setter. */
export const $accessor = (object: object, key: Key, kind: 'get' | 'set', closure: Method): object =>
  define(object, $key(key), kind, closure)

/**
 * Adds a method, getter or setter that uses `super`: `object`, as the environment number `index` of the function, is where it looks for its base.
 */
export function $homed(
  object: object,
  key: Key,
  kind: Kind,
  template: ClosureTemplate,
  environments: readonly unknown[],
  index: number,
): object {
  const own = [...environments]
  own[index] = { $class: object }
  return define(object, $key(key), kind, template.make(...own))
}

function define(object: object, key: Key, kind: Kind, closure: Method): object {
  const name = functionName(key)
  $rename(closure, kind === 'method' ? name : `${kind} ${name}`)
  const value = kind === 'method' ? { value: closure, writable: true } : { [kind]: closure }
  return Object.defineProperty(object, key, { ...value, enumerable: true, configurable: true })
}
