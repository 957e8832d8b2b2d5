/**
 * Locks and condition variables of Atoll's processes: objects with a home, used by threads of all kernels. Programs use them through `@atoll/posix`.
 *
 * @packageDocumentation
 */
export { destroyCondition, makeCondition, signalCondition, waitForCondition, type Waiting } from './conditions/calls.js'
export { conditions } from './conditions/protocol.js'
export { conditionClock, conditionHandle, handleOf, homeOfHandle } from './handles.js'
export { destroyLock, lock, makeConsistent, makeLock, tryLock, unlockAsOwner } from './locks/calls.js'
export { LockType, type LockFacts } from './locks/lock.js'
export { locks } from './locks/protocol.js'
export { SyncService, syncService } from './service.js'
