/**
 * Locks and condition variables of Atoll's processes: objects with a home, used by threads of all kernels. Programs use them through `@atoll/posix`.
 *
 * @packageDocumentation
 */
export { destroyCondition, makeCondition, signalCondition, waitForCondition } from './conditions/calls.js'
export { ConditionHome } from './conditions/home.js'
export { conditions } from './conditions/protocol.js'
export { conditionClock, conditionHandle, handleOf, homeOfHandle } from './handles.js'
export { destroyLock, lock, makeConsistent, makeLock, tryLock, unlockAsOwner } from './locks/calls.js'
export { LockHome, type Holding } from './locks/home.js'
export { Health, Lock, LockType, type LockFacts, type Waiter } from './locks/lock.js'
export type { LockKernel } from './locks/ports.js'
export { locks } from './locks/protocol.js'
export { HAND_OVERS_MAX, LockReplica } from './locks/replica.js'
export { SyncService, syncService } from './service.js'
