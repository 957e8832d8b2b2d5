import type { ClosureTemplate } from './image.js'
import { Same } from './same.js'

/** What a closure is made of: rebuilding it anywhere is `template.make(...environments)`. */
export interface ClosureRecord {
  readonly template: ClosureTemplate
  readonly environments: readonly unknown[]
}

/** Puts the record on an existing function as a private field. */
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
