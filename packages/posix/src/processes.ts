import { block, callingThread, homeWaitCode, PosixError, processes, systemCall, unwindCaller } from '@atoll/kernel'
import { encodeRoutine } from './hand-over.js'

/** Exit status of a program that succeeded. */
export const EXIT_SUCCESS = 0
/** Exit status of a program that failed. */
export const EXIT_FAILURE = 1

/**
 * Ends the process: the calling thread's `finally` blocks run, then the exit handlers; its other threads end where they are. A parent sees the low eight bits of
 * `status`. Called by an exit handler, it replaces the status, and the remaining handlers run; called by another thread meanwhile, it waits for the end.
 */
export function exit(status = EXIT_SUCCESS): never {
  callingThread('exit')
  unwindCaller('process-exit', status)
}

/**
 * Has `handler` called when the process exits, last registered first called, on the thread that ends it. The handler is copied now, with the
 * variables that it captured.
 *
 * @throws PosixError `EINVAL` (not a function, or it assigns a captured variable), `ENOTSUP` (it captured something that can't be copied).
 */
export const atexit = systemCall<(handler: () => unknown) => Promise<void>>('atexit', (handler: () => unknown) => {
  if (typeof handler !== 'function')
    throw new PosixError('EINVAL', 'atexit', `the handler is ${typeof handler}, not a function`)
  const { kernel, origin, pid } = callingThread('atexit').process
  return block(kernel, { $f: AT_EXIT, $p: 0, $c: null, home: origin, pid, handler: encodeRoutine('atexit', handler) })
})

const AT_EXIT = homeWaitCode<{ readonly pid: number; readonly handler: Uint8Array }>('atexit', {
  slots: ['pid', 'handler'],
  request: ({ home, pid, handler }, reference, { messenger }) => {
    messenger.send(home, processes.atExit, { ...reference, pid, handler })
  },
})
