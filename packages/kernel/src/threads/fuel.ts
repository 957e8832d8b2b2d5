import type { SafePoint } from '../frames/registers.js'
import type { Clock } from '../ports/clock.js'
import type { Random } from '../ports/random.js'

/** How long a fiber may run. Fuel is counted by generated code: one unit per completed `await` and per turn of a loop, more where a turn makes plain calls. */
export interface FuelPolicy {
  /** Fuel for a fiber that is about to run; `isUndisturbed`: it is to run for its whole slice, whatever comes up. */
  begin(isUndisturbed?: boolean): number
  /** The fuel is out: more of it (≥ 0), or −1 to suspend the fiber at this safe point. */
  refuel(point: SafePoint): number
  /** Fuel granted so far in total. What is left of the last grant has not been burnt. */
  readonly granted: number
}

/**
 * The longest slice of a thread while others wait, in microseconds: the time quantum of `SCHED_RR`. What a message or timer waits for at worst;
 * a change of threads costs about one.
 */
export const SLICE_US = 200

/** Fuel for the first interval of a slice: small, because nobody knows yet how long this fiber's turns take. */
const FIRST_GRANT = 64
/** The fuel gauge is read about this often. */
const INTERVAL_US = 10
const LARGEST_GRANT = 1 << 16

/**
 * Fuel by the clock: a slice ends when its time is up, or when `urgent` says that the kernel has something to see to.
 * A grant starts small and doubles while its burning takes less than the interval, so that the clock (40 ns) is read
 * seldom in a tight loop, and at every turn of a loop whose turns take long.
 */
export class TimedFuel implements FuelPolicy {
  readonly #clock: Clock
  readonly #sliceUs: number
  readonly #urgent: () => boolean
  #grant = 0
  #lastUs = 0
  #endUs = 0
  #isUndisturbed = false
  granted = 0

  constructor(clock: Clock, sliceUs: number, urgent: () => boolean) {
    this.#clock = clock
    this.#sliceUs = sliceUs
    this.#urgent = urgent
  }

  begin(isUndisturbed = false): number {
    this.#isUndisturbed = isUndisturbed
    this.#endUs = 0 // the clock is first read at the first refuel: many slices end before
    return this.#give(FIRST_GRANT)
  }

  refuel(): number {
    const nowUs = this.#clock.monotonicUs()
    if (this.#endUs === 0) this.#endUs = nowUs + this.#sliceUs
    else {
      if (nowUs >= this.#endUs || (!this.#isUndisturbed && this.#urgent())) return -1
      const elapsedUs = nowUs - this.#lastUs
      if (elapsedUs * 2 < INTERVAL_US) this.#grant = Math.min(this.#grant * 2, LARGEST_GRANT)
      else if (elapsedUs > INTERVAL_US) this.#grant = Math.max(1, this.#grant >> 1)
    }
    this.#lastUs = nowUs
    return this.#give(this.#grant)
  }

  #give(grant: number): number {
    this.#grant = grant
    this.granted += grant
    return grant
  }
}

/** A slice that nothing is to disturb has this many times the longest fuel of others. */
const UNDISTURBED = 16

/** Fuel by count: slices of seeded length, no clock. For the `sim` backend, where fuel is what makes time pass. */
export class CountedFuel implements FuelPolicy {
  readonly #random: Random
  readonly #longest: number
  granted = 0

  /** Slices are of 1 … `longest` units. */
  constructor(random: Random, longest = 1024) {
    this.#random = random
    this.#longest = longest
  }

  begin(isUndisturbed = false): number {
    const grant = 1 + this.#random.below(this.#longest) + (isUndisturbed ? UNDISTURBED * this.#longest : 0)
    this.granted += grant
    return grant
  }

  refuel(): number {
    return -1
  }
}

/** Suspends at every `await`, and at back-edges: at all of the first ones, later at a seeded sample. For the forced-motion modes. */
export class ForcedFuel implements FuelPolicy {
  readonly #random: Random
  readonly #period: number
  #certain: number
  granted = 0

  /** After the first `certain` back-edges, one in `period` suspends. */
  constructor(random: Random, certain = 2000, period = 64) {
    this.#random = random
    this.#certain = certain
    this.#period = period
  }

  begin(): number {
    return 0
  }

  refuel(point: SafePoint): number {
    this.granted++
    if (point === 'await') return -1
    if (this.#certain > 0) {
      this.#certain--
      return -1
    }
    return this.#random.below(this.#period) === 0 ? -1 : 0
  }
}
