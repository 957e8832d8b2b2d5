import type { Placement } from '@atoll/kernel'
import { LeastLoaded } from './least-loaded.js'
import { RoundRobin } from './round-robin.js'
import { WorkStealing } from './work-stealing.js'

/** The policies that a host may choose for what its kernels place, too. Policies of its own are code, which stays in its isolate. */
const BUILT_IN: Readonly<Record<string, new () => Placement>> = { LeastLoaded, RoundRobin, WorkStealing }

/** The name of a built-in policy; `''` for any other. */
export const policyName = (placement: Placement): string =>
  Object.keys(BUILT_IN).find((name) => BUILT_IN[name] === placement.constructor) ?? ''

/** New instances of the built-in policies, by name. */
export const builtInPolicies = (): ReadonlyMap<string, Placement> =>
  new Map(Object.entries(BUILT_IN).map(([name, Policy]) => [name, new Policy()]))
