/** Below this a spin is not worth its clock readings. */
const SHORTEST_US = 6

/** After so many parks without spinning, one spin is tried again. */
const PROBE_AFTER_PARKS = 64

/**
 * How long an idle kernel polls before it parks: long once a message has come meanwhile, half as long after each spin in vain, and not
 * at all after a few, but for a probe now and then. A fixed spin is bistable when kernels outnumber cores: two kernels of
 * one core wait out each other's spins (mean round trip of 4 kernels on 2 cores: 12–22 µs adaptive, 23–69 µs fixed; feasibility
 * study).
 */
export class AdaptiveSpin {
  readonly #longestUs: number
  #limitUs: number
  #parksWithout = 0

  /** `longestUs` 0: never spin. */
  constructor(longestUs: number) {
    this.#longestUs = longestUs
    this.#limitUs = longestUs
  }

  /** The kernel is idle: how long may it spin now, in microseconds? At 0 it parks at once. */
  begin(): number {
    if (this.#limitUs > 0) return this.#limitUs
    if (++this.#parksWithout < PROBE_AFTER_PARKS) return 0
    this.#parksWithout = 0
    return this.#longestUs
  }

  /** Something came while spinning. */
  won(): void {
    this.#limitUs = this.#longestUs
    this.#parksWithout = 0
  }

  /** The spin expired. */
  lost(): void {
    const halfUs = this.#limitUs / 2
    this.#limitUs = halfUs < SHORTEST_US ? 0 : halfUs
  }
}
