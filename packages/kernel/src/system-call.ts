import type { SUSPENDED } from './frames/frame.js'
import { registers } from './frames/registers.js'
import type { Kernel } from './kernel.js'
import { PosixError } from './posix-error.js'
import type { Thread } from './threads/thread.js'

/** What a blocking call is implemented by: its result, or `SUSPENDED` after it blocked in a system-call frame. */
export type SystemCallBody<A extends unknown[], R> = (...args: A) => R | typeof SUSPENDED

/**
 * Makes an API function that blocks: by the direct protocol it runs in its caller's stack; called in any other way it returns a
 * promise, and runs as a fiber of its own.
 */
export function systemCall<A extends unknown[], R>(name: string, body: SystemCallBody<A, R>): (...args: A) => Promise<R> {
  const { [name]: call } = {
    [name](...args: A): unknown {
      if (registers.callee !== call) return standard(name, call as (...args: A) => unknown, args)
      registers.callee = null
      return body(...args)
    },
  }
  return call as unknown as (...args: A) => Promise<R>
}

function standard<A extends unknown[]>(name: string, call: (...args: A) => unknown, args: A): Promise<unknown> {
  if (registers.executor === null) {
    throw new PosixError('EPERM', name, 'not called from a program that runs on an Atoll kernel: start it with `atoll run`')
  }
  return registers.standard(call, undefined, args)
}

/** The thread that runs now. Throws `EPERM` in a host callback that no thread stands behind. */
export function callingThread(syscall: string): Thread {
  const thread = registers.fiber?.thread
  if (!thread) throw new PosixError('EPERM', syscall, 'there is no calling thread: this is a host callback')
  return thread
}

/** The kernel of the thread that runs now. */
export const callingKernel = (syscall: string): Kernel => callingThread(syscall).process.kernel
