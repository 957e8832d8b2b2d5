import type { Candidate, Placement } from '@atoll/kernel'

/** Each new thread goes where a thread gets the largest share of a fast core: fewest threads per measured speed, lowest CPU first. */
export class LeastLoaded implements Placement {
  place(candidates: readonly Candidate[]): Candidate {
    const speeds = speedOfNodes(candidates)
    const load = ({ threads, node }: Candidate): number => (threads + 1) / (speeds.get(node.name) ?? 1)
    return candidates.reduce((best, each) => (load(each) < load(best) ? each : best))
  }
}

/**
 * By node, the best speed that any of its kernels has measured: a measurement in a busy moment makes a node look slow, none
 * makes it look fast. A node that has not measured its speed counts as a slow one.
 */
function speedOfNodes(candidates: readonly Candidate[]): Map<string, number> {
  const speeds = new Map<string, number>()
  for (const { node } of candidates) speeds.set(node.name, Math.max(node.speed, speeds.get(node.name) ?? 1))
  return speeds
}
