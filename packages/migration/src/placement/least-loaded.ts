import type { Candidate, Placement } from '@atoll/kernel'

/** Each new thread goes where a thread gets the largest share of a fast core: fewest threads per measured speed, lowest CPU first. */
export class LeastLoaded implements Placement {
  place(candidates: readonly Candidate[]): Candidate {
    return candidates.reduce((best, each) => (load(each) < load(best) ? each : best))
  }
}

/** Turns per unit of work once one more thread is there. A node that has not measured its speed counts as a slow one. */
const load = ({ threads, node }: Candidate): number => (threads + 1) / (node.speed > 0 ? node.speed : 1)
