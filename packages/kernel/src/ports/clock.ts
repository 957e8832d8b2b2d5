import { performance } from 'node:perf_hooks'
import type { InjectionToken } from 'tsyringe'

/** Withdraws a timer. Calling it again, or after the timer fired, does nothing. */
export type CancelTimer = () => void

/**
 * Time, real or virtual. Everything in a kernel that depends on time takes it from here, so that the `sim` backend can
 * run the same code in virtual time.
 */
export interface Clock {
  /**
   * Microseconds since an unspecified origin, never running backwards; fractions of a microsecond may be given.
   * All kernels on one node share the origin, so that a deadline stays right when its thread moves between them.
   */
  monotonicUs(): number
  /** Milliseconds since 1970-01-01 UTC. May jump when the node's clock is set. */
  realtimeMs(): number
  /**
   * Calls `callback` once, never before `monotonicUs()` has reached `atUs`, and never from within this call.
   * `Infinity` is allowed and never fires.
   */
  setTimer(atUs: number, callback: () => void): CancelTimer
}

/** Default: {@link HostClock}. */
export const Clock: InjectionToken<Clock> = Symbol('atoll.Clock')

/** The longest delay that the host's timers can express; beyond it they fire at once. */
const LONGEST_DELAY_MS = 0x7fff_ffff

/** Time of the host. */
export class HostClock implements Clock {
  readonly #originUs = originOfPerformanceUs()

  monotonicUs(): number {
    return performance.now() * 1000 + this.#originUs
  }

  realtimeMs(): number {
    return Date.now()
  }

  setTimer(atUs: number, callback: () => void): CancelTimer {
    if (atUs === Infinity) return () => undefined
    let timer: NodeJS.Timeout
    const arm = (): void => {
      const delayMs = Math.ceil((atUs - this.monotonicUs()) / 1000)
      timer = setTimeout(fire, Math.min(Math.max(delayMs, 0), LONGEST_DELAY_MS))
    }
    // The host's timers count whole milliseconds of the loop's cached time and may fire up to one too early.
    const fire = (): void => {
      if (this.monotonicUs() < atUs) arm()
      else callback()
    }
    arm()
    return () => {
      clearTimeout(timer)
    }
  }
}

/**
 * `performance.now()` (41 ns) counts from the start of its isolate, `process.hrtime` (slower) from an origin that the
 * machine's processes share. Both read the same hardware clock, so their difference is constant: measured once, with
 * the smallest of several samples, because an interruption between the two readings only ever enlarges it.
 */
function originOfPerformanceUs(): number {
  let originUs = Infinity
  for (let sample = 0; sample < 8; sample++) {
    const startUs = performance.now() * 1000
    originUs = Math.min(originUs, Number(process.hrtime.bigint()) / 1000 - startUs)
  }
  return originUs
}
