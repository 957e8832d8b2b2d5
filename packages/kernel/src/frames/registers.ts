import { asyncFunction } from './async-functions.js'
import { asyncGenerator, asyncGeneratorFunction, iteratorResult } from './async-generators.js'
import { readyFrame } from './builtin.js'
import { SUSPENDED, UNINITIALIZED, type Frame } from './frame.js'
import { markPrivates, privateNamesOf } from './private-state.js'
import type { Turns } from './generator-state.js'
import { generator, generatorFunction, type GeneratorFunction } from './generators.js'
import { stamp } from './stamp.js'
import { promiseFor } from './thenables.js'
import { Unwind } from './unwind.js'
import type { Fiber } from '../threads/fiber.js'
import type { ImageInstance } from './image.js'

/** What the registers ask of the kernel whose fiber runs: everything that is not the fast path. */
export interface Executor {
  /** The fuel is out. Returns fresh fuel (≥ 0), or −1: the fiber must suspend at this safe point. */
  refuel(point: SafePoint): number
  /** Puts a wait for a promise innermost, and returns {@link SUSPENDED}. */
  awaitPromise(promise: Promise<unknown>): typeof SUSPENDED
  /** Runs `routine` on a fresh fiber until it ends or suspends; `instance` is the image instance it belongs to, if known. */
  startFiber(
    routine: (...args: never) => unknown,
    self: unknown,
    args: ArrayLike<unknown>,
    instance: ImageInstance | null,
  ): Promise<unknown>
  /** Blocks the running fiber until it is the turn of a request to an `async` generator, and returns {@link SUSPENDED}. */
  awaitTurn(turns: Turns, turn: number): typeof SUSPENDED
  /** The turn has passed to another request: wakes the fiber that waits with it. */
  callUp(turns: Turns): void
}

/** The static methods of `Promise` that take several. */
export type CombinatorName = 'all' | 'allSettled' | 'any' | 'race'

/** `Promise.all` or one of its like. */
export type Combinator = (iterable: Iterable<unknown>) => unknown

/** Where in a resumable function the fuel ran out. */
export type SafePoint = 'await' | 'back-edge'

/**
 * The registers of the isolate's one processor: the contract between generated code and the kernel (`docs/protocols/frames.md`).
 * One object per isolate, because an isolate runs one fiber at a time however many kernels it simulates.
 */
export class Registers {
  /** The function that is being called by the direct protocol; cleared by its prologue. */
  callee: unknown = null
  /** What is left of the slice. */
  fuel = 0
  /** Innermost frame of the stack that is being suspended. */
  head: Frame | null = null
  /** Outermost frame of the stack that is being suspended. */
  tail: Frame | null = null
  /** The fiber that runs now, if any. */
  fiber: Fiber | null = null
  /** The kernel that runs now, or ran last; `null` in an isolate that has run none. */
  executor: Executor | null = null
  /** Is private state being put back on an object? Then initializers of private fields do not run. */
  restoring = false

  /** `Promise.all` and its like, as calls that a thread can move in; set by the kernel. */
  combinators: Readonly<Record<CombinatorName, Combinator>> | null = null

  readonly SUSPENDED = SUSPENDED
  readonly UNINITIALIZED = UNINITIALIZED
  readonly Unwind = Unwind
  /** Marks a closure with what it is made of, see `stamp.ts`. */
  readonly close = stamp
  /** Makes a compiled function an `async` function, see `async-functions.ts`. */
  readonly asyncFunction = asyncFunction
  /** Makes a compiled function a generator function, see `generators.ts`. */
  readonly generatorFunction = generatorFunction
  /** What a call of a generator function gives. */
  readonly generator = generator
  /** Notes what a class says of its private names, see `private-state.ts`. */
  readonly privates = markPrivates
  /** The private names of a class, for code that was taken out of it. */
  readonly privatesOf = privateNamesOf

  /** The slow path after `await callee(…)`: `result` is what the call returned. */
  settle(callee: unknown, result: unknown): unknown {
    if (this.callee === callee) {
      this.callee = null // nobody took the call as a direct one: `result` is an ordinary value
      const promise = promiseFor(result)
      if (promise !== null) return this.#executor().awaitPromise(promise)
    } else if (result === SUSPENDED) return SUSPENDED
    return this.fuel < 0 ? this.#safePoint(result) : result
  }

  /** `await value`, where `value` is not the result of a direct call. */
  awaited(value: unknown): unknown {
    const promise = promiseFor(value)
    if (promise !== null) return this.#executor().awaitPromise(promise)
    return this.fuel < 0 ? this.#safePoint(value) : value
  }

  /** The slow path at a back-edge: new fuel, or −1 to suspend. */
  refuel(): number {
    return this.#executor().refuel('back-edge')
  }

  /** What a call that is not directly awaited returns: a promise for `routine` running on a fiber of its own. */
  standard(
    routine: (...args: never) => unknown,
    self: unknown,
    args: ArrayLike<unknown>,
    instance: ImageInstance | null = null,
  ): Promise<unknown> {
    return this.#executor(instance).startFiber(routine, self, args, instance)
  }

  /** Makes a compiled function an `async` generator function. */
  asyncGeneratorFunction(fn: object): object {
    return asyncGeneratorFunction(fn)
  }

  /** What a call of an `async` generator function gives. */
  asyncGenerator(fn: GeneratorFunction, frame: Frame & { $state: unknown }, instance: ImageInstance): object {
    return asyncGenerator(fn, frame, instance)
  }

  /** `{ value, done }` of a value that is awaited, by the direct protocol. */
  iteratorResult(value: unknown, done: boolean): unknown {
    return iteratorResult(value, done)
  }

  /** Blocks the running fiber until it is the turn of request `turn`. */
  awaitTurn(turns: Turns, turn: number): typeof SUSPENDED {
    return this.#executor().awaitTurn(turns, turn)
  }

  /** Ends a turn; wakes whose turn it is then. */
  passTurn(turns: Turns): void {
    if (++turns.now !== turns.next) this.#executor().callUp(turns)
  }

  /** What `Promise[name]` is in a call: where a thread runs, one that moves with it, unless the program has put something else in its place. */
  combinator(name: CombinatorName): Combinator {
    const native = NATIVE_COMBINATORS[name]
    if (this.fiber !== null && this.combinators !== null && Promise[name] === native) return this.combinators[name]
    return (iterable) => (Promise[name] as Combinator)(iterable)
  }

  /** Makes `frame` the innermost of a stack that suspends. */
  suspend(frame: Frame): typeof SUSPENDED {
    this.head = this.tail = frame
    return SUSPENDED
  }

  /** Makes `frame` the caller of the stack that suspends: what a resumable function of the kernel's own does after its callee suspended. */
  extend(frame: Frame): typeof SUSPENDED {
    if (this.tail === null) throw new Error('a frame was linked, but nothing had suspended')
    this.tail = this.tail.$c = frame
    return SUSPENDED
  }

  #safePoint(value: unknown): unknown {
    this.fuel = this.#executor().refuel('await')
    return this.fuel < 0 ? this.suspend(readyFrame(value)) : value
  }

  #executor(instance: ImageInstance | null = null): Executor {
    const executor = instance?.executor ?? this.executor
    if (!executor)
      throw new Error(
        'resumable code was entered outside of an Atoll process: run its program with `atoll run` or `system.spawn`',
      )
    return executor
  }
}

/* eslint-disable @typescript-eslint/unbound-method -- compared, never called */
const NATIVE_COMBINATORS: Readonly<Record<CombinatorName, unknown>> = {
  all: Promise.all,
  allSettled: Promise.allSettled,
  any: Promise.any,
  race: Promise.race,
}
/* eslint-enable @typescript-eslint/unbound-method */

/** The registers of this isolate. */
export const registers = new Registers()
