import type { Frame } from './frame.js'
import type { ImageInstance } from './image.js'
import { Same } from './same.js'

/**
 * What a generator object is made of. Its function's body is compiled like a resumable function's; where it yields, its frame is kept
 * here, and the object goes on from there. So a generator in progress is data. See `docs/protocols/frames.md`.
 */
export interface GeneratorState {
  /** Where the generator goes on; `undefined` while it runs, `null` when it has ended. Point 0 is in front of the body. */
  frame: Frame | null | undefined
  /** Is what was yielded last an iterator result already, of an iterator that the generator delegates to? */
  delegates: boolean
  /** Requests to an `async` generator take turns; `null`: it is a synchronous one. */
  readonly turns: Turns | null
}

/** Who is next, of those that ask the same `async` generator. Numbers, so that they move. */
export interface Turns {
  /** The number that the next request gets. */
  next: number
  /** The number whose turn it is. */
  now: number
}

/** How a generator is gone on with: by `next`, `throw` or `return`. The second is what trampolines call _thrown_. */
export const NEXT = 0
export const THROW = 1
export const RETURN = 2
export type Resumption = typeof NEXT | typeof THROW | typeof RETURN

/** Puts the state on the object as private fields. */
class Brand extends Same {
  readonly #state: GeneratorState
  readonly #instance: ImageInstance | null
  constructor(target: object, state: GeneratorState, instance: ImageInstance | null) {
    super(target)
    this.#state = state
    this.#instance = instance
  }
  static read(target: object): GeneratorState | undefined {
    return #state in target ? target.#state : undefined
  }
  static instanceOf(target: object): ImageInstance | null {
    return #instance in target ? target.#instance : null
  }
}

/** Makes `object` a generator in this state; `instance` is the image instance whose code it runs. */
export function brandGenerator(object: object, state: GeneratorState, instance: ImageInstance | null): object {
  return new Brand(object, state, instance)
}

/** The state of a compiled generator; `undefined` for anything else. */
export const generatorStateOf = (object: object): GeneratorState | undefined => Brand.read(object)

/** The image instance whose code a compiled generator runs, if it is known. */
export const instanceOfGenerator = (object: object): ImageInstance | null => Brand.instanceOf(object)

/** Leads from the `prototype` of a generator function, which has no `constructor`, to the function. */
class Owned extends Same {
  readonly #owner: object
  constructor(target: object, owner: object) {
    super(target)
    this.#owner = owner
  }
  static read(target: object): object | undefined {
    return #owner in target ? target.#owner : undefined
  }
}

/** Notes that `prototype` was made for the generator function `owner`. */
export function ownPrototype(prototype: object, owner: object): object {
  return new Owned(prototype, owner)
}

/** The compiled generator function that `prototype` was made for. */
export const generatorFunctionOf = (prototype: object): object | undefined => Owned.read(prototype)
