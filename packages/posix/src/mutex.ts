import { afterRelease } from '@atoll/address-space'
import { callingThread, systemCall } from '@atoll/kernel'
import { destroyLock, lock, makeLock, tryLock, unlockAsOwner } from '@atoll/sync'
import { readMutexAttributes, type pthread_mutexattr_t } from './mutex-attributes.js'
import { readDeadline, type Duration } from './time.js'

declare const brand: unique symbol

/** A mutex: a number, which can be stored and sent. */
export type pthread_mutex_t = number & { readonly [brand]?: 'mutex' }

/**
 * Makes a mutex, which nobody holds.
 *
 * @throws PosixError `EINVAL`: not attributes; `ENOTSUP`: attributes that this version has not.
 */
export function pthread_mutex_init(attr: pthread_mutexattr_t | null = null): pthread_mutex_t {
  const thread = callingThread('pthread_mutex_init')
  const { type, isShared } = readMutexAttributes(attr)
  return makeLock(thread, { pid: isShared ? 0 : thread.process.pid, type, robust: false })
}

/**
 * Ends a mutex.
 *
 * @throws PosixError `EBUSY`: somebody holds it, or waits for it; `EINVAL`: no mutex; `EIO`: its home has died.
 */
export const pthread_mutex_destroy = systemCall<(mutex: pthread_mutex_t) => Promise<void>>(
  'pthread_mutex_destroy',
  (mutex: pthread_mutex_t) => destroyLock(callingThread('pthread_mutex_destroy'), 'pthread_mutex_destroy', mutex),
)

/**
 * Locks a mutex; waits while another thread holds it.
 *
 * @throws PosixError `EDEADLK`: the caller holds it, and it checks for that; `EAGAIN`: the caller holds it too often; `EINVAL`: no mutex; `EIO`: its home has died.
 */
export const pthread_mutex_lock = systemCall<(mutex: pthread_mutex_t) => Promise<void>>(
  'pthread_mutex_lock',
  (mutex: pthread_mutex_t) => lock(callingThread('pthread_mutex_lock'), 'pthread_mutex_lock', mutex),
)

/**
 * Locks a mutex if that is possible at once. Returns whether it did.
 *
 * @throws PosixError `EINVAL`: no mutex; `EIO`: its home has died.
 */
export const pthread_mutex_trylock = systemCall<(mutex: pthread_mutex_t) => Promise<boolean>>(
  'pthread_mutex_trylock',
  (mutex: pthread_mutex_t) => tryLock(callingThread('pthread_mutex_trylock'), 'pthread_mutex_trylock', mutex),
)

/**
 * Locks a mutex; waits for it until `abstime` on `CLOCK_REALTIME` at most. Returns whether it did.
 *
 * @throws PosixError as `pthread_mutex_lock`; `EINVAL`: not a time.
 */
export const pthread_mutex_timedlock = systemCall<(mutex: pthread_mutex_t, abstime: Duration) => Promise<boolean>>(
  'pthread_mutex_timedlock',
  (mutex: pthread_mutex_t, abstime: Duration) => {
    const name = 'pthread_mutex_timedlock'
    return lock(callingThread(name), name, mutex, readDeadline(name, abstime))
  },
)

/**
 * Unlocks a mutex that the caller holds. What was written to `MAP_RELEASE` memory on the caller's kernel is seen by whoever locks it next.
 *
 * @throws PosixError `EPERM`: it does not; `EINVAL`: no mutex; `EIO`: its home has died.
 */
export const pthread_mutex_unlock = systemCall<(mutex: pthread_mutex_t) => Promise<void>>(
  'pthread_mutex_unlock',
  (mutex: pthread_mutex_t) => {
    const name = 'pthread_mutex_unlock'
    return afterRelease(name, [mutex], () => unlockAsOwner(callingThread(name), name, mutex))
  },
)
