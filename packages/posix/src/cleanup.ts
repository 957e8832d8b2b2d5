import {
  builtinCode,
  callDirectly,
  callingThread,
  needCancellation,
  PosixError,
  registers,
  SUSPENDED,
  takeHandler,
  type CleanupHandler,
  type Fiber,
  type Routine,
} from '@atoll/kernel'

/**
 * Has `routine(argument)` called when the calling thread is cancelled or calls `pthread_exit`: last pushed, first called, after the `finally` blocks
 * of the stack and before the destructors of thread-specific data. Each stack of a thread has its own. A handler that is to run in its place among the `finally`
 * blocks is popped in one: `try { … } finally { await pthread_cleanup_pop(1) }`. Neither a return from the start routine nor an error of it
 * calls what was not popped. Source: POSIX.1-2017, `pthread_cleanup_push`.
 *
 * @throws PosixError `EINVAL`: the routine is not a function.
 */
export function pthread_cleanup_push<A = undefined>(routine: (argument: A) => unknown, argument?: A): void {
  const { thread, number } = callingFiber('pthread_cleanup_push')
  if (typeof routine !== 'function') {
    throw new PosixError('EINVAL', 'pthread_cleanup_push', `the routine is ${typeof routine}, not a function`)
  }
  needCancellation(thread).handlers.push({ routine: routine as Routine, argument, fiber: number })
}

/**
 * Takes back what the calling stack has pushed last, at once; and calls it, unless `execute` is 0 or `false`: then the result is to be awaited. What the
 * routine throws, this call throws.
 *
 * @throws PosixError `EINVAL`: nothing is pushed.
 */
export const pthread_cleanup_pop = pop as unknown as (execute: number | boolean) => Promise<void>

/** Not a system call by its making: called in any way, it pops from the stack of its caller. */
function pop(execute: number | boolean): unknown {
  const isDirect = registers.callee === pop
  if (isDirect) registers.callee = null
  const handler = popped(callingFiber('pthread_cleanup_pop'))
  if (!execute) return isDirect ? undefined : Promise.resolve()
  if (!isDirect) return registers.standard(call, undefined, [handler])
  return callHandler(handler)
}

function popped(fiber: Fiber): CleanupHandler {
  const handler = takeHandler(fiber)
  if (handler) return handler
  throw new PosixError('EINVAL', 'pthread_cleanup_pop', 'this stack has pushed nothing that was not popped')
}

/** A resumable function, for a fiber to begin with. */
function call(handler: CleanupHandler): unknown {
  registers.callee = null
  return callHandler(handler)
}

function callHandler({ routine, argument }: CleanupHandler): unknown {
  if (callDirectly(routine, undefined, [argument]) === SUSPENDED) return registers.extend({ $f: POP, $p: 0, $c: null })
  return undefined
}

/** Behind the routine: its value is nobody's business. */
const POP = builtinCode('pthread_cleanup_pop', [], (_frame, value, thrown) => {
  if (thrown) throw value
  return undefined
})

function callingFiber(syscall: string): Fiber {
  callingThread(syscall)
  return registers.fiber as Fiber // there is a calling thread
}
