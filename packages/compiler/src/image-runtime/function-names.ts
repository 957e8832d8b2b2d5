/**
 * Names of functions, as the language gives them by place.
 */

type Key = string | symbol

/** A one-property object to be spread into a literal: a function under a computed key takes its name from the key. */
export function $keyed(key: Key, closure: object): object {
  const object = { [key]: closure }
  const [own] = Reflect.ownKeys(object)
  Object.defineProperty(closure, 'name', { value: functionName(own), configurable: true })
  return object
}

/** What a function under this key is called. */
export function functionName(key: Key): string {
  if (typeof key === 'string') return key
  return key.description === undefined ? '' : `[${key.description}]`
}

/** Gives a function its name back where bundling has changed that of its variable. */
export function $rename(target: { readonly name: string }, name: string): void {
  if (target.name !== name) Object.defineProperty(target, 'name', { value: name, configurable: true })
}
