import { afterRelease } from '@atoll/address-space'
import { callingThread, PosixError, systemCall } from '@atoll/kernel'
import { conditionClock, destroyCondition, makeCondition, signalCondition, waitForCondition } from '@atoll/sync'
import { PTHREAD_PROCESS_PRIVATE, PTHREAD_PROCESS_SHARED } from './mutex-attributes.js'
import type { pthread_mutex_t } from './mutex.js'
import { checkClock, CLOCK_REALTIME, readDeadlineOn, type Duration } from './time.js'

declare const brand: unique symbol

/** A condition variable: a number, which can be stored and sent. */
export type pthread_cond_t = number & { readonly [brand]?: 'condition' }

/** Attributes of a new condition variable: what `pthread_condattr_init` makes, or a literal. Each is optional. */
export interface pthread_condattr_t {
  /** The clock of `pthread_cond_timedwait`. @default `CLOCK_REALTIME` */
  clock?: number
  /** `PTHREAD_PROCESS_…`. @default `PTHREAD_PROCESS_PRIVATE` */
  pshared?: number
}

/** An attribute object with the defaults. */
export const pthread_condattr_init = (): pthread_condattr_t => ({})

/** Attribute objects hold nothing to give back; for symmetry with C. */
export const pthread_condattr_destroy = (attr: pthread_condattr_t): void => {
  for (const key of Object.keys(attr)) Reflect.deleteProperty(attr, key)
}

/** The clock of `pthread_cond_timedwait`: `CLOCK_REALTIME` or `CLOCK_MONOTONIC`. Throws `EINVAL` for others. */
export function pthread_condattr_setclock(attr: pthread_condattr_t, clock: number): void {
  checkClock('pthread_condattr_setclock', clock)
  attr.clock = clock
}

/** See {@link pthread_condattr_setclock}. */
export const pthread_condattr_getclock = (attr: pthread_condattr_t): number => attr.clock ?? CLOCK_REALTIME

/** `PTHREAD_PROCESS_PRIVATE` or `PTHREAD_PROCESS_SHARED`. Throws `EINVAL` for others. */
export function pthread_condattr_setpshared(attr: pthread_condattr_t, pshared: number): void {
  checkShared('pthread_condattr_setpshared', pshared)
  attr.pshared = pshared
}

/** See {@link pthread_condattr_setpshared}. */
export const pthread_condattr_getpshared = (attr: pthread_condattr_t): number => attr.pshared ?? PTHREAD_PROCESS_PRIVATE

/**
 * Makes a condition variable, for which nobody waits.
 *
 * @throws PosixError `EINVAL`: not attributes.
 */
export function pthread_cond_init(attr: pthread_condattr_t | null = null): pthread_cond_t {
  const name = 'pthread_cond_init'
  const thread = callingThread(name)
  const { clock = CLOCK_REALTIME, pshared = PTHREAD_PROCESS_PRIVATE, ...others } = attr ?? {}
  const [other] = Object.keys(others)
  if (other !== undefined) throw new PosixError('EINVAL', name, `there is no attribute '${other}'`)
  checkClock(name, clock)
  checkShared(name, pshared)
  return makeCondition(thread, pshared === PTHREAD_PROCESS_SHARED ? 0 : thread.process.pid, clock)
}

/**
 * Ends a condition variable.
 *
 * @throws PosixError `EBUSY`: threads wait for it; `EINVAL`: no condition variable; `EIO`: its home has died.
 */
export const pthread_cond_destroy = systemCall<(condition: pthread_cond_t) => Promise<void>>(
  'pthread_cond_destroy',
  (condition: pthread_cond_t) =>
    destroyCondition(callingThread('pthread_cond_destroy'), 'pthread_cond_destroy', condition),
)

/**
 * Unlocks `mutex`, which the caller holds, and waits until the condition variable is signalled; has it locked again when it returns or throws. May return without
 * a signal, as in C: look at what you wait for in a loop.
 *
 * @throws PosixError `EPERM`: the caller does not hold the mutex; `EINVAL`: no condition variable or mutex, or others wait with another mutex; `EIO`: a home has
 *   died.
 */
export const pthread_cond_wait = systemCall<(condition: pthread_cond_t, mutex: pthread_mutex_t) => Promise<void>>(
  'pthread_cond_wait',
  (condition: pthread_cond_t, mutex: pthread_mutex_t) => {
    const name = 'pthread_cond_wait'
    return afterRelease(name, [condition, mutex], () =>
      waitForCondition(callingThread(name), { syscall: name, handle: condition, lock: mutex, untilUs: Infinity }),
    )
  },
)

/**
 * As `pthread_cond_wait`, but waits until `abstime` at most, on the condition variable's clock. Returns whether it was signalled.
 *
 * @throws PosixError as `pthread_cond_wait`; `EINVAL`: not a time.
 */
export const pthread_cond_timedwait = systemCall<
  (condition: pthread_cond_t, mutex: pthread_mutex_t, abstime: Duration) => Promise<boolean>
>('pthread_cond_timedwait', (condition: pthread_cond_t, mutex: pthread_mutex_t, abstime: Duration) => {
  const name = 'pthread_cond_timedwait'
  const untilUs = readDeadlineOn(conditionClock(condition), name, abstime)
  return afterRelease(name, [condition, mutex, abstime], () =>
    waitForCondition(callingThread(name), { syscall: name, handle: condition, lock: mutex, untilUs }),
  )
})

/**
 * Wakes the thread that has waited longest, if any waits.
 *
 * @throws PosixError `EINVAL`: no condition variable; `EIO`: its home has died.
 */
export const pthread_cond_signal = systemCall<(condition: pthread_cond_t) => Promise<void>>(
  'pthread_cond_signal',
  (condition: pthread_cond_t) =>
    signalCondition(callingThread('pthread_cond_signal'), 'pthread_cond_signal', condition, false),
)

/**
 * Wakes all threads that wait.
 *
 * @throws PosixError `EINVAL`: no condition variable; `EIO`: its home has died.
 */
export const pthread_cond_broadcast = systemCall<(condition: pthread_cond_t) => Promise<void>>(
  'pthread_cond_broadcast',
  (condition: pthread_cond_t) =>
    signalCondition(callingThread('pthread_cond_broadcast'), 'pthread_cond_broadcast', condition, true),
)

function checkShared(syscall: string, pshared: number): void {
  if (pshared === PTHREAD_PROCESS_PRIVATE || pshared === PTHREAD_PROCESS_SHARED) return
  const explanation = `${String(pshared)} is neither PTHREAD_PROCESS_PRIVATE nor PTHREAD_PROCESS_SHARED`
  throw new PosixError('EINVAL', syscall, explanation)
}
