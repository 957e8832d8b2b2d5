/**
 * Calls of functions whose expression was taken apart: they fail with the text of the source.
 */

/** Calls a function with a receiver and a list of arguments. */
export const $apply = Reflect.apply

/** A function to call: one that fails, with the error that V8 would give for the source's `text`, once the arguments are evaluated. */
export function $callable(value: unknown, text: string): unknown {
  return typeof value === 'function' ? value : () => $refuseCall(text)
}

/** Fails as a call of what is no function does. */
export function $refuseCall(text: string): never {
  throw new TypeError(`${text} is not a function`)
}

/** The same for an optional call, which does without a function that is missing. */
export function $callableIfAny(value: unknown, text: string): unknown {
  return value == null ? value : $callable(value, text)
}

/** A class to instantiate: one that fails, with the error that V8 would give for the source's `text`, once the arguments are evaluated. */
export function $constructible(value: unknown, text: string): unknown {
  if (typeof value === 'function' && (Object.hasOwn(value, 'prototype') || $isConstructor(value))) return value
  return function () {
    throw new TypeError(`${text} is not a constructor`)
  }
}

/** A method and what it is called on, for a call whose arguments come later. */
export function $method(method: unknown, self: unknown, text: string): (...args: unknown[]) => unknown {
  return (...args) => $callMethod(method, self, args, text)
}

/** Calls a method whose object was evaluated beside it. */
export function $callMethod(method: unknown, self: unknown, args: unknown[], text: string): unknown {
  return $apply($callable(method, text) as () => unknown, self, args)
}

/** Asks by constructing a proxy, which runs nothing of the function's. */
function $isConstructor(value: object): boolean {
  try {
    return Boolean(new (new Proxy(value, { construct: () => ({}) }) as new () => object)())
  } catch {
    return false // nothing else can throw here
  }
}
