import { callingThread, PosixError } from '@atoll/kernel'

declare const brand: unique symbol

/** A process's number. */
export type pid_t = number & { readonly [brand]?: 'pid' }
/** A thread's handle: its number, as `gettid` has it. */
export type pthread_t = number & { readonly [brand]?: 'pthread' }

/** The calling process's number. */
export const getpid = (): pid_t => callingThread('getpid').process.pid
/** The calling thread's number; that of the process in its main thread. */
export const gettid = (): pid_t => callingThread('gettid').tid
/** The calling thread's handle. */
export const pthread_self = (): pthread_t => callingThread('pthread_self').tid
/** Do both name the same thread? */
export const pthread_equal = (a: pthread_t, b: pthread_t): boolean => a === b

/** A handle that can be one. Throws `ESRCH`. */
export function readHandle(syscall: string, thread: pthread_t): pthread_t {
  if (Number.isInteger(thread) && thread >= 0 && thread < 2 ** 32) return thread
  throw new PosixError(
    'ESRCH',
    syscall,
    `'${String(thread)}' is not a thread handle, as pthread_create or pthread_self gives`,
  )
}
