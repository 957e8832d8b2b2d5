/**
 * Asynchronous iterations: a record of an iterator and its `next` method, which is called by the direct protocol.
 */

import { $Elements } from './iteration-state.js'
import { $indexed, $iterate, type Iteration } from './iteration.js'

/** The image's marker of an iteration's end. */
declare const $U: unique symbol

/** The image's instance, which knows classes by name. */
declare const $i: { names(prefix: string, getters: Readonly<Record<string, () => unknown>>): void }

/** The isolate's registers. */
declare const $r: {
  callee: unknown
  standard(fn: unknown, self: unknown, args: unknown[], instance: unknown): Promise<unknown>
  iteratorResult(value: unknown, done: boolean): unknown
}

type Method = (...args: unknown[]) => unknown

interface AsyncIteration {
  readonly iterator: unknown
  readonly next: unknown
}

/** Begins the asynchronous iteration of `value`, which V8 calls `text` in its errors; a synchronous iterator is wrapped. */
export function $iterateAsync(value: unknown, text: string): AsyncIteration {
  const method: unknown = (value as Record<symbol, unknown>)[Symbol.asyncIterator]
  if (method == null) return begun(new $FromSync(synchronous(value, text)))
  if (typeof method !== 'function') throw new TypeError(`${$described(method)} is not a function`)
  const iterator: unknown = Reflect.apply(method, value, [])
  if (Object(iterator) !== iterator) throw new TypeError('Result of the Symbol.asyncIterator method is not an object')
  return begun(iterator as { next: unknown })
}

const begun = (iterator: { next: unknown }): AsyncIteration => ({ iterator, next: iterator.next })

function synchronous(value: unknown, text: string): Iteration {
  if ($indexed(value)) return new $Elements(value as ArrayLike<unknown>, 'values')
  if (typeof (value as Record<symbol, unknown>)[Symbol.iterator] !== 'function') throw new TypeError(notIterable(text))
  return $iterate(value as Iterable<unknown>, text)
}

function notIterable(text: string): string {
  if (text === '') return 'undefined is not a function'
  const result = text.endsWith('(...)') ? ' is not a function or its return value' : ''
  return `${text}${result} is not async iterable`
}

/** A synchronous iterator as an asynchronous one, which awaits each value. It passes on no more arguments than it gets. */
export class $FromSync {
  readonly iteration: Iteration
  constructor(iteration: Iteration) {
    this.iteration = iteration
  }
  next(...args: unknown[]): unknown {
    if ($r.callee !== $FromSync.prototype.next) return standard($FromSync.prototype.next, this, args)
    $r.callee = null
    const { iteration } = this
    if ('step' in iteration) {
      const item = iteration.step()
      return item === $U ? $r.iteratorResult(undefined, true) : $r.iteratorResult(item, false)
    }
    return awaited(Reflect.apply(iteration.next as Method, iteration.iterator, args))
  }
  return(...args: unknown[]): unknown {
    if ($r.callee !== $FromSync.prototype.return) return standard($FromSync.prototype.return, this, args)
    $r.callee = null
    const method = methodOf(this.iteration, 'return')
    if (!method) return { value: args[0], done: true }
    return awaited(method(args))
  }
  throw(...args: unknown[]): unknown {
    if ($r.callee !== $FromSync.prototype.throw) return standard($FromSync.prototype.throw, this, args)
    $r.callee = null
    const method = methodOf(this.iteration, 'throw')
    if (!method) throw args[0]
    return awaited(method(args))
  }
}

const standard = (method: unknown, self: $FromSync, args: unknown[]): Promise<unknown> =>
  $r.standard(method, self, args, $i)

function methodOf(iteration: Iteration, name: 'return' | 'throw'): ((args: unknown[]) => unknown) | null {
  if ('step' in iteration) return null
  const { iterator } = iteration
  const method: unknown = iterator[name]
  return method == null ? null : (args) => Reflect.apply(method as Method, iterator, args)
}

function awaited(result: unknown): unknown {
  const settled = $iteratorResult(result) as IteratorResult<unknown>
  const done = Boolean(settled.done)
  return $r.iteratorResult(settled.value, done)
}

/** A value as V8 names it where the source has no name for it. */
export function $described(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return `${typeof value} ${value}`
  return typeof value
}

/** What an iterator has returned, which must be an object. */
export function $iteratorResult(result: unknown): unknown {
  if (Object(result) === result) return result
  throw new TypeError(`Iterator result ${String(result)} is not an object`)
}

// Instances and their methods move, so they must have names.
$i.names('atoll:runtime', {
  $FromSync: () => $FromSync,
  '$FromSync.next': () => $FromSync.prototype.next,
  '$FromSync.return': () => $FromSync.prototype.return,
  '$FromSync.throw': () => $FromSync.prototype.throw,
})
