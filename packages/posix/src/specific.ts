import {
  callingThread,
  DESTRUCTOR_ITERATIONS,
  homeOfKey,
  KEYS_MAX,
  PosixError,
  processes,
  type Destructor,
  type ProcessReplica,
} from '@atoll/kernel'
import { encodeRoutine } from './hand-over.js'

declare const brand: unique symbol

/** A key of thread-specific data. */
export type pthread_key_t = number & { readonly [brand]?: 'key' }

/** How many keys a process can have of one kernel at a time. */
export const PTHREAD_KEYS_MAX = KEYS_MAX
/** How often destructors are run for values that destructors set again. */
export const PTHREAD_DESTRUCTOR_ITERATIONS = DESTRUCTOR_ITERATIONS

/**
 * A new key, under which every thread has a value of its own, `undefined` at first. `destructor` is called with a thread's
 * value when that thread ends, unless the value is `undefined` or `null`; on another kernel than this one, a copy of it with copies of
 * the variables that it captured. If this kernel dies, no destructor is called any more.
 *
 * @throws PosixError `EAGAIN`: as many keys are in use as can be; `EINVAL`: the destructor is not a function, or assigns a captured
 * variable; `ENOTSUP`: it captured something that can't be copied.
 */
export function pthread_key_create(destructor: Destructor | null = null): pthread_key_t {
  const { keys } = callingThread('pthread_key_create').process
  if (destructor !== null) checkDestructor(destructor)
  const key = keys.create(destructor)
  if (key !== null) return key
  throw new PosixError('EAGAIN', 'pthread_key_create', `${KEYS_MAX} keys of this kernel are in use: delete one first`)
}

/** Now is the time to say so, not when a thread ends. */
function checkDestructor(destructor: Destructor): void {
  if (typeof destructor !== 'function') {
    const explanation = `the destructor is ${typeof destructor}, not a function`
    throw new PosixError('EINVAL', 'pthread_key_create', explanation)
  }
  encodeRoutine('pthread_key_create', destructor)
}

/**
 * Deletes a key. Values under it are dropped without calling the destructor, by each thread when it ends, once the kernel that made the key
 * knows: at once for threads of that kernel and of the caller's, for others as soon as this message has overtaken their end.
 *
 * @throws PosixError `EINVAL`: not a key, or deleted already, as far as this kernel knows.
 */
export function pthread_key_delete(key: pthread_key_t): void {
  const { keys, kernel, pid } = checkedKeys('pthread_key_delete', key)
  keys.delete(key)
  callingThread('pthread_key_delete').extras?.specific.delete(key)
  const home = homeOfKey(key)
  if (home !== kernel.id) kernel.messenger.send(home, processes.deleteKey, { pid, key })
}

/**
 * Sets the calling thread's value.
 *
 * @throws PosixError `EINVAL`: not a key, as far as this kernel knows.
 */
export function pthread_setspecific(key: pthread_key_t, value: unknown): void {
  checkedKeys('pthread_setspecific', key)
  const { specific } = callingThread('pthread_setspecific').needExtras()
  specific.set(key, { value, rounds: specific.get(key)?.rounds ?? 0 })
}

/** The calling thread's value. */
export function pthread_getspecific(key: pthread_key_t): unknown {
  return callingThread('pthread_getspecific').extras?.specific.get(key)?.value
}

/** The calling process, for which this may be a key. */
function checkedKeys(syscall: string, key: pthread_key_t): ProcessReplica {
  const { process } = callingThread(syscall)
  if (!process.keys.has(key) || !process.kernel.membership.get(homeOfKey(key))) {
    throw new PosixError(
      'EINVAL',
      syscall,
      `'${String(key)}' is not a key: it was not made by pthread_key_create, or was deleted`,
    )
  }
  return process
}
