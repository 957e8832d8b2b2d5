/**
 * Private names of compiled classes. A class that has any keeps those of its instances in _stores_: classes that put private fields on
 * an object which exists already. So an object that was read from an image gets the private state that it had, and the code of
 * the class reads it as natively. See `docs/protocols/frames.md`.
 */

import { Same } from './same.js'

/** A private name as code that was taken out of its class uses it. */
export interface PrivateAccess {
  /** `object.#name` */
  get(object: object): unknown
  /** `object.#name = value`, returns `value`. */
  set(object: object, value: unknown): unknown
  /** `#name in object` */
  has(object: object): boolean
}

/** Private state that is put on objects in one step: fields, and the brand of methods. */
export interface PrivateStore {
  /** Puts the fields on the object that it is given; while `registers.restoring`, without running their initializers. */
  readonly store: new (object: object) => object
  /** Names of the fields, with `#`. */
  readonly fields: readonly string[]
  /** Values of the fields, or `null` if the object does not have them. */
  readonly read: (object: object) => readonly unknown[] | null
  /** Sets the fields of an object that has them. */
  readonly write: (object: object, values: readonly unknown[]) => void
}

/** The private state of a class itself. */
export interface PrivateStatics {
  readonly fields: readonly string[]
  /** Values of the fields. */
  readonly read: () => readonly unknown[]
  /** Sets the fields. */
  readonly write: (values: readonly unknown[]) => void
}

/** What a class says of its private names. */
export interface PrivateState {
  /** By name without `#`: those that code outside of the class body uses. */
  readonly names: Readonly<Record<string, PrivateAccess>>
  readonly stores?: readonly PrivateStore[]
  readonly statics?: PrivateStatics
  /** Private methods by name; `instance` has the state of the first store. */
  readonly methods?: (instance: object | null) => Readonly<Record<string, unknown>>
}

/** Puts the state on the class as a private field. */
class Mark extends Same {
  readonly #state: PrivateState
  constructor(target: object, state: PrivateState) {
    super(target)
    this.#state = state
  }
  static read(target: object): PrivateState | undefined {
    return #state in target ? target.#state : undefined
  }
}

/** Notes what `owner`, which is being evaluated, says of its private names. */
export function markPrivates(owner: object, state: PrivateState): PrivateState['names'] {
  new Mark(owner, state)
  return state.names
}

/** What this very class said of its private names, if it has any. */
export const privateStateOf = (owner: object): PrivateState | undefined => Mark.read(owner)

/** The private names of a class that has some, for code outside of its body. */
export function privateNamesOf(owner: object): PrivateState['names'] {
  const state = Mark.read(owner)
  if (state === undefined) throw new TypeError('a class was asked for private names before it was evaluated')
  return state.names
}
