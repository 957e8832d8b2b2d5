import type { KernelId } from '../kernel-id.js'
import type { Priority } from '../link/priority.js'

/** One message on its way (or the end of a lane). */
export interface Delivery {
  readonly from: KernelId
  readonly to: KernelId
  readonly priority: Priority
  readonly byteLength: number
  /**
   * Lets *the next* message of this lane arrive, whichever message the delivery was made for: so any schedule keeps the
   * order within a lane.
   */
  deliver(): void
}

/** Decides when each message arrives. It must call each `deliver` once, not from within `schedule`. */
export interface DeliveryScheduler {
  /** Takes charge of a message that was sent now. */
  schedule(delivery: Delivery): void
}

/** Time, as the kernel's `Clock` has it. */
export interface DeliveryClock {
  /** Microseconds. */
  monotonicUs(): number
  /** Calls `callback` once it is `atUs`. */
  setTimer(atUs: number, callback: () => void): unknown
}

/** Chance, as the kernel's `Random` has it. */
export interface DeliveryRandom {
  /** A uniformly distributed integer of 0 … `bound` − 1. */
  below(bound: number): number
}

/** Each message takes a random time on a given clock. */
export class DelayedDelivery implements DeliveryScheduler {
  readonly #clock: DeliveryClock
  readonly #random: DeliveryRandom
  readonly #minimumUs: number
  readonly #maximumUs: number

  /** Delays are integers of `minimumUs` … `maximumUs`. */
  constructor(clock: DeliveryClock, random: DeliveryRandom, minimumUs: number, maximumUs: number) {
    this.#clock = clock
    this.#random = random
    this.#minimumUs = minimumUs
    this.#maximumUs = maximumUs
  }

  /** Sets the message's time of arrival. */
  schedule(delivery: Delivery): void {
    const delayUs = this.#minimumUs + this.#random.below(this.#maximumUs - this.#minimumUs + 1)
    this.#clock.setTimer(this.#clock.monotonicUs() + delayUs, () => delivery.deliver())
  }
}

/** Messages wait until somebody steps: then a random one arrives. For exploring orders without a clock. */
export class SteppedDelivery implements DeliveryScheduler {
  readonly #random: DeliveryRandom
  readonly #waiting: Delivery[] = []

  constructor(random: DeliveryRandom) {
    this.#random = random
  }

  /** Number of messages on their way. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Adds a message to those that wait. */
  schedule(delivery: Delivery): void {
    this.#waiting.push(delivery)
  }

  /** One message arrives. `false` if none is on its way. */
  step(): boolean {
    if (this.#waiting.length === 0) return false
    const index = this.#random.below(this.#waiting.length)
    const chosen = this.#waiting[index]
    const last = this.#waiting.pop()
    if (last !== undefined && index < this.#waiting.length) this.#waiting[index] = last
    chosen.deliver()
    return true
  }
}
