import { follow, registers, SUSPENDED, type Code, type Executor, type Frame, type Turns } from '@atoll/kernel'

/** How much fuel an activity gets when it begins or goes on, and what it is answered when that is used up (−1: suspend). */
export interface FuelPolicy {
  readonly name: string
  initial(): number
  refuel(): number
}

/** Never suspends but to wait: compiled code runs its structured versions only. */
export const unsuspended: FuelPolicy = {
  name: 'not suspended',
  initial: () => 1_000_000_000,
  refuel: () => 1_000_000_000,
}

/** Suspends at every safe point: each step is taken by a resumed frame. */
export const suspendedAlways: FuelPolicy = {
  name: 'suspended at every safe point',
  initial: () => 0,
  refuel: () => -1,
}

/** Suspends at some safe points, chosen by `seed`: frames go on for a while after they are resumed. */
export function suspendedSometimes(seed: number): FuelPolicy {
  let state = seed | 0
  const below = (limit: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return (state >>> 8) % limit
  }
  return {
    name: `suspended sometimes (seed ${seed})`,
    initial: () => below(6),
    refuel: () => (below(2) === 0 ? -1 : below(6)),
  }
}

/** What becomes of a stack while it is suspended, e.g. a journey. */
export type Journey = (top: Frame) => Frame

interface Activity {
  top: Frame | null
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

/**
 * The least machine that runs resumable functions by the contract of frames: one activity per standard entry, no threads,
 * no kernel. Suspended frames are checked against their descriptions and copied, so that nothing but their slots goes on.
 */
export class Machine implements Executor {
  readonly #policy: FuelPolicy
  readonly #journey: Journey
  /** Requests to generators that wait for their turns. */
  readonly #turns = new WeakMap<Turns, Map<number, (value: unknown) => void>>()
  /** Activities that have begun and not ended. */
  #live = 0
  #awaited: Promise<unknown> | null = null

  constructor(policy: FuelPolicy, journey: Journey = (top) => top) {
    this.#policy = policy
    this.#journey = journey
  }

  refuel(): number {
    return this.#policy.refuel()
  }

  awaitPromise(promise: Promise<unknown>): typeof SUSPENDED {
    this.#awaited = promise
    return registers.suspend({ $f: RETURN, $p: 0, $c: null })
  }

  awaitTurn(turns: Turns, turn: number): typeof SUSPENDED {
    return this.awaitPromise(
      new Promise((resolve) => {
        const waiting = this.#turns.get(turns) ?? new Map<number, (value: unknown) => void>()
        this.#turns.set(turns, waiting.set(turn, resolve))
      }),
    )
  }

  callUp(turns: Turns): void {
    this.#turns.get(turns)?.get(turns.now)?.(undefined)
  }

  startFiber(routine: (...args: never) => unknown, self: unknown, args: ArrayLike<unknown>): Promise<unknown> {
    this.#live++
    return new Promise((resolve, reject) => {
      const top = { $f: START, $p: 0, $c: null, routine, self, args }
      this.#run({ top, resolve, reject }, undefined, false)
    })
  }

  /** Runs an activity until it ends or suspends. It may have been entered from another one's native code. */
  #run(activity: Activity, value: unknown, thrown: boolean): void {
    const { callee, fuel, head, tail, executor } = registers
    registers.executor = this
    registers.fuel = this.#policy.initial()
    try {
      this.#resume(activity, value, thrown)
    } catch (error) {
      activity.reject(error)
    } finally {
      Object.assign(registers, { callee, fuel, head, tail, executor })
    }
  }

  #resume(activity: Activity, value: unknown, thrown: boolean): void {
    for (let frame = activity.top; frame !== null;) {
      const caller: Frame | null = frame.$c
      try {
        value = frame.$f.resume(frame, value, thrown)
        thrown = false
      } catch (error) {
        value = error
        thrown = true
      }
      if (value === SUSPENDED && !thrown) return this.#park(activity, caller)
      frame = caller
    }
    this.#live--
    if (thrown) activity.reject(value)
    else activity.resolve(value)
  }

  #park(activity: Activity, caller: Frame | null): void {
    const { head, tail } = registers
    if (!head || !tail) throw new Error('SUSPENDED was returned, but no frame was linked')
    tail.$c = caller
    activity.top = copyOf(head)
    const awaited = this.#awaited
    this.#awaited = null
    if (!awaited) {
      // Activities may share what they reach, so one of several does not travel alone.
      if (this.#live === 1) activity.top = this.#journey(activity.top)
      return queueMicrotask(() => this.#run(activity, undefined, false))
    }
    void follow(awaited, (value, thrown) => this.#run(activity, value, thrown))
  }
}

const code = (id: string, slots: string[], resume: Code['resume']): Code => ({
  id,
  name: id,
  file: '',
  points: [{ slots, names: slots, line: 0, column: 0 }],
  resume,
})

/** The machine's own code of this id. */
export const machineCode = (id: string): Code | undefined => [RETURN, START].find((code) => code.id === id)

const RETURN = code('atoll:test-return', [], (_frame, value, thrown) => {
  if (thrown) throw value
  return value
})

const START = code('atoll:test-start', ['routine', 'self', 'args'], (frame) => {
  const routine = frame['routine'] as (...args: unknown[]) => unknown
  registers.callee = routine
  return registers.settle(routine, Reflect.apply(routine, frame['self'], frame['args'] as unknown[]))
})

/** Copies a stack, frame by frame, and insists that each holds exactly what its description says. */
function copyOf(top: Frame): Frame {
  const copies: Frame[] = []
  for (let frame: Frame | null = top; frame !== null; frame = frame.$c) {
    const point = frame.$f.points[frame.$p]
    if (!point) throw new Error(`${frame.$f.id} has no point ${frame.$p}`)
    const expected = ['$f', '$p', '$c', ...point.slots].sort().join()
    const found = Object.keys(frame).sort().join()
    if (found !== expected)
      throw new Error(`a frame of ${frame.$f.id} holds ${found}, its point ${frame.$p} says ${expected}`)
    copies.push({ ...frame })
  }
  copies.forEach((copy, i) => (copy.$c = copies[i + 1] ?? null))
  return copies[0] ?? top
}
