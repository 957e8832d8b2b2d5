/**
 * Array patterns of which a default, key or target awaits: elements are taken one by one, as the language does.
 */

import { $Elements } from './iteration-state.js'
import { $abandon, $close, $indexed, $iterate, $next } from './iteration.js'

/** The image's marker; a step at the end of an iteration gives it. */
declare const $U: unique symbol

/** The image's instance, which knows classes by name. */
declare const $i: { names(prefix: string, getters: Readonly<Record<string, () => unknown>>): void }

/** A value that is being taken apart: data, if its iteration is. */
export class $Taking {
  readonly iteration: ReturnType<typeof $iterate>
  /** Has the iterator ended, or failed? Then it is not closed. */
  done = false
  constructor(value: unknown, text: string) {
    this.iteration = $indexed(value)
      ? new $Elements(value as ArrayLike<unknown>, 'values')
      : $iterate(iterable(value, text), text)
  }
  /** The next element; `undefined` behind the last. */
  take(): unknown {
    if (this.done) return undefined
    this.done = true // also if this throws
    const element = $next(this.iteration)
    if (element === $U) return undefined
    this.done = false
    return element
  }
  rest(): unknown[] {
    const elements: unknown[] = []
    for (;;) {
      const element = this.take()
      if (this.done) return elements
      elements.push(element)
    }
  }
  /** After the last element of the pattern, or an exception on the way to it. */
  end(threw: boolean): void {
    if (this.done) return
    if (threw) $abandon(this.iteration)
    else $close(this.iteration)
  }
}

/** Begins to take `value` apart; `text` is how V8 names it in its error, `''` if by its type. */
export const $taking = (value: unknown, text: string): $Taking => new $Taking(value, text)

function iterable(value: unknown, text: string): Iterable<unknown> {
  if (text === '' && (value == null || typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] !== 'function'))
    throw new TypeError(`${described(value)} is not iterable (cannot read property Symbol(Symbol.iterator))`)
  return value as Iterable<unknown>
}

function described(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return `${typeof value} ${value}`
  return typeof value
}

// Instances move, so their class must have a name.
$i.names('atoll:runtime', { $Taking: () => $Taking })
