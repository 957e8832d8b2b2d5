import type { ClosureTemplate } from './image.js'

/** What a closure is made of: rebuilding it anywhere is `template.make(...environments)`. */
export interface ClosureRecord {
  readonly template: ClosureTemplate
  readonly environments: readonly unknown[]
}

class Same {
  constructor(target: object) {
    return target
  }
}

/**
 * Puts a private field on an existing function by returning it from the base constructor. Unlike a property, the
 * field can't be seen, copied or forwarded by a proxy; unlike a `WeakMap` entry (0.46 µs, measured) it costs 9 ns.
 */
class Stamp extends Same {
  readonly #record: ClosureRecord
  constructor(target: object, record: ClosureRecord) {
    super(target)
    this.#record = record
  }
  static read(target: object): ClosureRecord | undefined {
    return #record in target ? target.#record : undefined
  }
}

/** Marks `closure` as made by `template` over `environments`, and returns it. */
export function stamp<F extends object>(closure: F, template: ClosureTemplate, environments: readonly unknown[]): F {
  new Stamp(closure, { template, environments })
  return closure
}

/** What `stamp` recorded for this very function (never for a proxy, a bound copy or a wrapper of it). */
export const closureRecord = (closure: object): ClosureRecord | undefined => Stamp.read(closure)
