import { callingThread, KEYS_MAX, PosixError, type Destructor } from '@atoll/kernel'

declare const brand: unique symbol

/** A key of thread-specific data. */
export type pthread_key_t = number & { readonly [brand]?: 'key' }

/** How many keys a process can make on one kernel. */
export const PTHREAD_KEYS_MAX = KEYS_MAX
/** How often destructors are run for values that destructors set again. */
export const PTHREAD_DESTRUCTOR_ITERATIONS = 4

/**
 * A new key, under which every thread has a value of its own, `undefined` at first. `destructor` is called with a thread's
 * value when that thread ends, unless the value is `undefined` or `null`.
 *
 * @throws PosixError `EAGAIN`: all keys have been made.
 */
export function pthread_key_create(destructor: Destructor | null = null): pthread_key_t {
  const { keys } = callingThread('pthread_key_create').process
  const key = keys.create(destructor)
  if (key === null)
    throw new PosixError('EAGAIN', 'pthread_key_create', `this kernel has made ${KEYS_MAX} keys already`)
  return key
}

/** Deletes a key. Values under it are dropped without calling the destructor. */
export function pthread_key_delete(key: pthread_key_t): void {
  checkedKeys('pthread_key_delete', key).keys.delete(key)
}

/** Sets the calling thread's value. */
export function pthread_setspecific(key: pthread_key_t, value: unknown): void {
  checkedKeys('pthread_setspecific', key)
  const { specific } = callingThread('pthread_setspecific').needExtras()
  specific.set(key, { value, rounds: specific.get(key)?.rounds ?? 0 })
}

/** The calling thread's value. */
export function pthread_getspecific(key: pthread_key_t): unknown {
  return callingThread('pthread_getspecific').extras?.specific.get(key)?.value
}

function checkedKeys(syscall: string, key: pthread_key_t) {
  const { process } = callingThread(syscall)
  if (!process.keys.has(key)) {
    throw new PosixError(
      'EINVAL',
      syscall,
      `'${String(key)}' is not a key: it was not made by pthread_key_create, or was deleted`,
    )
  }
  return process
}
