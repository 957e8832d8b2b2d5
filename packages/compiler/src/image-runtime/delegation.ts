/**
 * `yield*`: what comes to a generator goes to the iterator that it delegates to.
 */

import { $described, $iteratorResult } from './async-iteration.js'
import { $Elements } from './iteration-state.js'
import { $close, $indexed, $iterate, type Iteration } from './iteration.js'

/** The image's marker; {@link $delegate} returns it where the generator is to return by itself. */
declare const $U: unique symbol

/** How a generator is gone on with: by `next`, `throw` or `return`. */
type Resumption = 0 | 1 | 2

type Method = (...args: unknown[]) => unknown

/** Begins the iteration of what a generator delegates to. */
export function $delegation(value: unknown): Iteration {
  if ($indexed(value)) return new $Elements(value as ArrayLike<unknown>, 'values')
  if (value == null || typeof (value as Record<symbol, unknown>)[Symbol.iterator] !== 'function')
    throw new TypeError(`${$described(value)} is not iterable (cannot read property Symbol(Symbol.iterator))`)
  return $iterate(value as Iterable<unknown>, '')
}

/** Hands `value` on by the method that it came by; gives the iterator's result, or `$U` if it has no method `return`. */
export function $delegate(iteration: Iteration, resumption: Resumption, value: unknown): unknown {
  if (resumption === 0) {
    if ('step' in iteration) return resultOf(iteration.step())
    return $iteratorResult(Reflect.apply(iteration.next as Method, iteration.iterator, [value]))
  }
  const method = $delegateMethod(iteration, resumption)
  if (method && 'iterator' in iteration) return $iteratorResult(Reflect.apply(method, iteration.iterator, [value]))
  if (resumption === 2) return $U
  $close(iteration)
  return $refuseThrow()
}

/** The method by which to hand something on, if the iterator has it. */
export function $delegateMethod(iteration: Iteration, resumption: Resumption): Method | undefined {
  if ('step' in iteration) return undefined
  if (resumption === 0) return iteration.next as Method
  return methodOf(iteration.iterator, resumption === 1 ? 'throw' : 'return')
}

/** The method by which to tell an iterator that no more values are wanted, if it has one. */
export const $returnMethod = (iteration: Iteration): Method | undefined => $delegateMethod(iteration, 2)

function methodOf(iterator: unknown, name: 'throw' | 'return'): Method | undefined {
  const method: unknown = (iterator as Record<string, unknown>)[name]
  if (method == null) return undefined
  if (typeof method === 'function') return method as Method
  throw new TypeError(`${$described(method)} is not a function`)
}

const resultOf = (item: unknown): IteratorResult<unknown> =>
  item === $U ? { value: undefined, done: true } : { value: item, done: false }

/** Fails as a generator does that is to throw into an iterator without a method for it. */
export function $refuseThrow(): never {
  throw new TypeError("The iterator does not provide a 'throw' method.")
}
