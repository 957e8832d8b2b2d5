/** A park that a message ends this soon, in longest spins, is a near miss: whoever sent it may just have had to wake up first. */
const NEAR_MISS = 4

/** After so many parks without spinning, one spin is tried again. A near miss counts for eight. */
const PROBE_AFTER_PARKS = 64
const NEAR_MISS_PARKS = 8

/** Spins that were won in a row, up to this, are remembered: each loss halves them. */
const MOST_CONFIDENCE = 32

/** What remains of confidence below this is none. */
const LEAST_CONFIDENCE = 4

/**
 * How long an idle kernel polls before it parks: as long as it takes while spins are won, and not at all after a few in vain, but for a
 * probe now and then. A fixed spin is bistable when kernels outnumber cores: two kernels of one core wait out each other's spins
 * (mean round trip of 4 kernels on 2 cores: 12–22 µs adaptive, 23–69 µs fixed; feasibility study).
 *
 * Waking up takes longer than a usual spin. So two busy kernels, one of which has been held up once (by a collection of
 * garbage, say), would go on missing each other: each parks before the other has woken and answered. A near miss is therefore
 * followed by one spin that is long enough for that; and after a spin that was won late, because the peer's work takes its time, the next
 * lasts twice as long.
 */
export class AdaptiveSpin {
  readonly #longestUs: number
  #confidence = MOST_CONFIDENCE
  #spinUs: number
  #isNearMiss = false
  #parksWithout = 0

  /** `longestUs` 0: never spin. */
  constructor(longestUs: number) {
    this.#longestUs = longestUs
    this.#spinUs = longestUs
  }

  /** The kernel is idle: how long may it spin now, in microseconds? At 0 it parks at once. */
  begin(): number {
    const isNearMiss = this.#isNearMiss
    this.#isNearMiss = false
    if (this.#confidence > 0) return isNearMiss ? this.#longestUs * NEAR_MISS : this.#spinUs
    this.#parksWithout += isNearMiss ? NEAR_MISS_PARKS : 1
    if (this.#parksWithout < PROBE_AFTER_PARKS) return 0
    this.#parksWithout = 0
    return this.#longestUs * NEAR_MISS
  }

  /** Something came while spinning, after so long. */
  won(waitedUs: number): void {
    this.#spinUs = Math.min(Math.max(2 * waitedUs, this.#longestUs), this.#longestUs * NEAR_MISS)
    this.#confidence = Math.min(Math.max(this.#confidence + 1, 2 * LEAST_CONFIDENCE), MOST_CONFIDENCE)
    this.#parksWithout = 0
  }

  /** The spin expired. */
  lost(): void {
    const half = this.#confidence >> 1
    this.#confidence = half < LEAST_CONFIDENCE ? 0 : half
  }

  /** A message has ended a park that lasted so long. */
  woken(sleptUs: number): void {
    this.#isNearMiss = sleptUs < this.#longestUs * NEAR_MISS
  }
}
