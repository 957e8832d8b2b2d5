import { Timers, type CancelTimer, type Clock } from '@atoll/kernel'

/** Virtual time begins here: 2000-01-01 UTC, in milliseconds. */
const EPOCH_MS = Date.UTC(2000, 0, 1)

/** What it takes to read the clock, in microseconds: a program that polls it sees time go by. */
const READING_US = 0.02

/** Time that the simulation makes. The same for all its kernels. */
export class VirtualClock implements Clock {
  readonly #timers = new Timers(this)
  #nowUs = 0

  monotonicUs(): number {
    return (this.#nowUs += READING_US)
  }

  realtimeMs(): number {
    return EPOCH_MS + this.monotonicUs() / 1000
  }

  setTimer(atUs: number, callback: () => void): CancelTimer {
    return this.#timers.set(atUs, callback)
  }

  /** Microseconds since the simulation began. Looking does not take time. */
  get nowUs(): number {
    return this.#nowUs
  }

  /** When the next timer is due; `Infinity`: there is none. */
  get nextUs(): number {
    return this.#timers.nextUs
  }

  /** Lets time pass, at least until `atUs`. Timers are called by `expire` only. */
  advanceTo(atUs: number): void {
    if (atUs > this.#nowUs) this.#nowUs = atUs
  }

  /** Calls the timers that are due. Returns whether any was. */
  expire(): boolean {
    return this.#timers.nextUs <= this.#nowUs && this.#timers.expire()
  }
}
