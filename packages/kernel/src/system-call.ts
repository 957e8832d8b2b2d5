import { registers } from './frames/registers.js'
import type { Kernel } from './kernel.js'
import { posixErrorOf } from './posix-error-of.js'
import { PosixError } from './posix-error.js'
import type { Thread } from './threads/thread.js'

/** The type of an API function that blocks. */
export type BlockingCall = (...args: never) => Promise<unknown>

/**
 * Makes an API function that blocks. `body` gets its arguments and returns its result, or `SUSPENDED` after it blocked in a system-call
 * frame, which then has the result; an error of the system below is thrown as a `PosixError`. By the direct protocol the function runs in its caller's stack; called in any other way it
 * returns a promise, and runs as a fiber of its own.
 */
export function systemCall<F extends BlockingCall>(
  name: string,
  body: (this: ThisParameterType<F>, ...args: Parameters<F>) => unknown,
): F {
  const { [name]: call } = {
    [name](this: ThisParameterType<F>, ...args: Parameters<F>): unknown {
      if (registers.callee !== call) return standardCall(name, call as BlockingCall, this, args)
      registers.callee = null
      try {
        return body.apply(this, args)
      } catch (error) {
        throw posixErrorOf(error, name)
      }
    },
  }
  return call as unknown as F
}

/** Calls an API function that blocks in any way but by the direct protocol: it runs as a fiber of its own. */
export function standardCall(
  name: string,
  call: BlockingCall,
  self: unknown,
  args: ArrayLike<unknown>,
): Promise<unknown> {
  if (registers.executor === null) {
    throw new PosixError(
      'EPERM',
      name,
      'not called from a program that runs on an Atoll kernel: start it with `atoll run`',
    )
  }
  return registers.standard(call, self, args)
}

/** The thread that runs now. Throws `EPERM` in a host callback that no thread stands behind, and where a module is evaluated. */
export function callingThread(syscall: string): Thread {
  const thread = registers.fiber?.thread
  if (!thread) {
    throw new PosixError(
      'EPERM',
      syscall,
      "there is no calling thread: this is a host callback, or a module's top level. Remedy: call it in main, or in what that calls",
    )
  }
  if (thread.process.isEvaluator(thread)) {
    throw new PosixError(
      'EPERM',
      syscall,
      "there is no calling thread: the call comes from a module's top level. Remedy: call it in main, or in what that calls",
    )
  }
  return thread
}

/** The kernel of the thread that runs now. */
export const callingKernel = (syscall: string): Kernel => callingThread(syscall).process.kernel
