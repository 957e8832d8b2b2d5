import { LeastLoaded } from './least-loaded.js'

/**
 * New threads go where `LeastLoaded` has them; afterwards a kernel that has nothing to do takes ready threads, in the midst of their work, from one
 * that has more than one. Threads that are pinned, or whose affinity does not name the idle kernel, stay. How: see `balancing/balancer.ts`.
 */
export class WorkStealing extends LeastLoaded {
  readonly balances = true
}
