import { registers, type Code, type Frame, type Point } from '@atoll/kernel'

/**
 * A small independent kernel: registers, a trampoline and fibers, as `docs/protocols/frames.md` has them. Frames are copied
 * slot by slot at each suspension, so a function that keeps state elsewhere is found out.
 */

export const SUSPENDED = Symbol('suspended')
export const UNINITIALIZED = Symbol('uninitialized')

export class Unwind {}

type Routine = (...args: unknown[]) => unknown
type Resume = (frame: Frame, value: unknown, thrown: boolean) => unknown
type MutableFrame = { $f: Code; $p: number; $c: MutableFrame | null } & Record<string, unknown>

interface Fiber {
  top: Frame | null
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** When the machine suspends: never but for promises, or at every safe point. */
export type Mode = 'never' | 'always'

export class Machine {
  readonly SUSPENDED = SUSPENDED
  readonly UNINITIALIZED = UNINITIALIZED
  readonly Unwind = Unwind
  readonly asyncFunction: unknown = registers.asyncFunction
  readonly generatorFunction: unknown = registers.generatorFunction
  readonly generator: unknown = registers.generator
  callee: unknown = null
  fuel: number
  head: MutableFrame | null = null
  tail: MutableFrame | null = null
  /** How often a fiber was suspended. */
  suspensions = 0
  /** Called at each suspension with the innermost frame; may throw into the fiber by returning what to throw. */
  onSuspend: ((top: Frame) => { readonly error: unknown } | null) | null = null
  readonly #grant: number
  /** Fuel of a refill; −1 suspends. */
  refill: number

  constructor(mode: Mode, slice?: number) {
    this.#grant = slice ?? (mode === 'always' ? 0 : 2 ** 30)
    this.refill = mode === 'always' ? -1 : 2 ** 30
    this.fuel = this.#grant
  }

  close<F extends object>(closure: F, template: object, environments: readonly unknown[]): F {
    closures.set(closure, { template, environments })
    return closure
  }

  settle(callee: unknown, result: unknown): unknown {
    if (this.callee === callee) {
      this.callee = null
      if (isThenable(result)) return this.#wait(result)
    } else if (result === SUSPENDED) return SUSPENDED
    return this.fuel < 0 ? this.#ready(result) : result
  }

  awaited(value: unknown): unknown {
    if (isThenable(value)) return this.#wait(value)
    return this.fuel < 0 ? this.#ready(value) : value
  }

  refuel(): number {
    return this.refill
  }

  combinator(name: 'all' | 'allSettled' | 'any' | 'race') {
    const combine = Promise[name].bind(Promise) as (iterable: Iterable<unknown>) => Promise<unknown>
    return combine
  }

  standard(routine: Routine, self: unknown, args: ArrayLike<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const fiber: Fiber = { top: null, resolve, reject }
      const { callee, fuel, head, tail } = this
      this.fuel = this.#grant
      try {
        this.callee = routine
        const result = Reflect.apply(routine, self, Array.from(args))
        if (result === SUSPENDED) this.#suspend(fiber, null)
        else resolve(result)
      } catch (error) {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- programs may throw anything
        reject(error)
      } finally {
        Object.assign(this, { callee, fuel, head, tail })
      }
    })
  }

  #wait(thenable: PromiseLike<unknown>): typeof SUSPENDED {
    return this.#innermost(WAIT, { thenable })
  }

  #ready(value: unknown): unknown {
    this.fuel = this.refill
    return this.fuel < 0 ? this.#innermost(READY, { value }) : value
  }

  #innermost(code: Code, slots: Record<string, unknown>): typeof SUSPENDED {
    this.head = this.tail = { $f: code, $p: 0, $c: null, ...slots }
    return SUSPENDED
  }

  #suspend(fiber: Fiber, caller: Frame | null): void {
    if (!this.head || !this.tail) throw new Error('suspended without a frame')
    this.suspensions++
    this.tail.$c = caller
    fiber.top = copied(this.head)
    this.head = this.tail = null
    const interruption = this.onSuspend?.(fiber.top)
    const go = (value: unknown, thrown: boolean): void => this.#run(fiber, value, thrown)
    if (interruption) return queueMicrotask(() => go(interruption.error, true))
    const { top } = fiber
    if (top.$f !== WAIT) return queueMicrotask(() => go(undefined, false))
    fiber.top = top.$c
    const promise = Promise.resolve(top['thenable'])
    promise.then(
      (value) => go(value, false),
      (error: unknown) => go(error, true),
    )
  }

  #run(fiber: Fiber, first: unknown, firstThrown: boolean): void {
    let value = first
    let thrown = firstThrown
    for (let frame = fiber.top; frame !== null;) {
      this.fuel = this.#grant
      const caller: Frame | null = frame.$c
      try {
        value = frame.$f.resume(frame, value, thrown)
        if (value === SUSPENDED) return this.#suspend(fiber, caller)
        thrown = false
      } catch (error) {
        value = error
        thrown = true
      }
      frame = caller
    }
    if (thrown) fiber.reject(value)
    else fiber.resolve(value)
  }
}

/** What closures are made of. */
export const closures = new WeakMap<object, { readonly template: object; readonly environments: readonly unknown[] }>()

const builtin = (resume: Resume): Code => ({ id: 'atoll:test', name: '', file: '', points: [], resume })

const WAIT = builtin(() => {
  throw new Error('a wait is not resumed')
})

const READY = builtin((frame, value, thrown) => {
  if (thrown) throw value
  return frame['value']
})

/** A copy of a stack that has only what the frames' points declare. */
function copied(frame: Frame): Frame {
  const caller = frame.$c && copied(frame.$c)
  const point: Point | undefined = frame.$f.points[frame.$p]
  if (!point) return { ...frame, $c: caller }
  const slots = Object.fromEntries(point.slots.map((slot) => [slot, frame[slot]]))
  const undeclared = Object.keys(frame).filter((key) => !key.startsWith('$f') && !point.slots.includes(key))
  if (undeclared.some((key) => key !== '$p' && key !== '$c')) throw new Error(`undeclared slots: ${undeclared.join()}`)
  return { $f: frame.$f, $p: frame.$p, $c: caller, ...slots }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return false
  return typeof (value as { then?: unknown }).then === 'function'
}
