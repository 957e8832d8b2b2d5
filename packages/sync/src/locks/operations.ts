import type { ThreadId } from '@atoll/kernel'
import type { Answer, Refused } from '../answering.js'
import { Health, LockType, type Lock } from './lock.js'
import { isUsable, type LockReplica } from './replica.js'

/*
 * What is done to a lock where its token is: on the kernel of the thread that does it, or at the home, for a thread that is elsewhere.
 */

/** What {@link attempt} says when somebody else holds the lock. */
export const BUSY = -1

/** How often a recursive lock can be held beyond once. */
const DEPTH_MAX = 2 ** 32 - 1

/** Takes the lock for the thread if it can have it at once. Returns its health, or {@link BUSY}. */
export function attempt(lock: Lock, tid: ThreadId): number {
  if (lock.owner === 0) {
    if (isUsable(lock)) lock.owner = tid
    return lock.health
  }
  if (lock.owner !== tid || lock.type !== LockType.recursive) return BUSY
  if (lock.depth === DEPTH_MAX) return BUSY
  lock.depth++
  return lock.health
}

/** The owner locks the lock again: `null` means that it waits for itself. */
export function relock(lock: Lock): Answer | null {
  switch (lock.type) {
    case LockType.recursive:
      if (lock.depth === DEPTH_MAX) return { code: 'EAGAIN', explanation: `the lock is held ${DEPTH_MAX} times` }
      lock.depth++
      return { value: lock.health }
    case LockType.errorChecking:
      return { code: 'EDEADLK', explanation: 'the calling thread holds the lock already' }
    default:
      return null
  }
}

/** The owner lets go of the lock, once. */
export function unlock(replica: LockReplica, lock: Lock): void {
  if (lock.depth > 0) lock.depth--
  else if (lock.queue.length === 0 && !lock.isRecalled && lock.health === Health.fine) lock.owner = 0
  else replica.release(lock)
}

/** The owner has made consistent what the lock protects. */
export function mend(lock: Lock): Answer {
  if (lock.health !== Health.ownerDied) return NOT_INCONSISTENT
  lock.health = Health.fine
  return { value: undefined }
}

const NOT_INCONSISTENT: Refused = {
  code: 'EINVAL',
  explanation: 'the lock is not robust, or no owner of it has died since it was last made consistent',
}

/** There is no such lock. */
export const NO_LOCK: Refused = {
  code: 'EINVAL',
  explanation: 'there is no such lock: it was never made, it has been destroyed, or it is of another process',
}

/** Somebody else holds it, or nobody. */
export const NOT_OWNER: Refused = { code: 'EPERM', explanation: 'the calling thread does not hold the lock' }

/** It can't be destroyed now. */
export const IN_USE: Refused = { code: 'EBUSY', explanation: 'the lock is held or waited for: have it unlocked first' }

/** Why nobody can hold the lock. */
export const unusable = (health: number): Refused =>
  health === Health.lost
    ? { code: 'EIO', explanation: 'the kernel that had the lock has died, and whether it was held there is not known' }
    : {
        code: 'ENOTRECOVERABLE',
        explanation: 'an owner has died, and the next one has unlocked it without pthread_mutex_consistent: destroy it',
      }
