import { callingThread } from '@atoll/kernel'

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
