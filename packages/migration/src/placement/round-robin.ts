import type { Candidate, Placement } from '@atoll/kernel'

/** Each new thread goes to the next CPU, in a circle. */
export class RoundRobin implements Placement {
  #lastCpu = -1

  place(candidates: readonly Candidate[]): Candidate {
    const next = candidates.find(({ cpu }) => cpu > this.#lastCpu) ?? candidates[0] // there is at least one
    this.#lastCpu = next.cpu
    return next
  }
}
