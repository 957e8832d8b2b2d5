/**
 * Threads that walk: capturing a running thread, moving it to another kernel, creating threads elsewhere, placing them.
 *
 * @packageDocumentation
 */
export { Balancer } from './balancing/balancer.js'
export { WorkBroker } from './balancing/broker.js'
export { createThread, type ThreadSpecification } from './create.js'
export {
  holdOf,
  keepHere,
  migrateThread,
  Mover,
  moverOf,
  probeThread,
  type ForcedMotion,
  type TravellingThread,
} from './mover.js'
export { LeastLoaded } from './placement/least-loaded.js'
export { builtInPolicies, policyName } from './placement/policies.js'
export { RoundRobin } from './placement/round-robin.js'
export { WorkStealing } from './placement/work-stealing.js'
export { migration } from './protocol.js'
export { captureNewThread, captureThread, restoreThread } from './thread-image.js'
export { MalformedThreadError } from './errors.js'
