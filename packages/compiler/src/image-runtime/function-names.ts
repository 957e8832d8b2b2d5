/**
 * Names of functions, as the language gives them by place.
 */

type Key = string | symbol

/** A one-property object to be spread into a literal: a function under a computed key takes its name from the key. */
export function $keyed(key: Key, closure: object): object {
  const object = { [key]: closure }
  const [own] = Reflect.ownKeys(object)
  const name = typeof own === 'symbol' ? (own.description === undefined ? '' : `[${own.description}]`) : own
  Object.defineProperty(closure, 'name', { value: name, configurable: true })
  return object
}

/** Gives a function its name back where bundling has changed that of its variable. */
export function $rename(target: { readonly name: string }, name: string): void {
  if (target.name !== name) Object.defineProperty(target, 'name', { value: name, configurable: true })
}
