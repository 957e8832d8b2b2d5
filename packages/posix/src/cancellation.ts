import {
  actOnCancellation,
  block,
  callingThread,
  cancellation,
  homeWaitCode,
  isDueAnywhere,
  needCancellation,
  PosixError,
  registers,
  requestCancellation,
  systemCall,
  testCancel,
} from '@atoll/kernel'
import { readHandle, type pthread_t } from './identity.js'

export { PTHREAD_CANCELED } from '@atoll/kernel'

/** The thread can be cancelled: the state of a new thread. */
export const PTHREAD_CANCEL_ENABLE = 0
/** Requests stay pending. */
export const PTHREAD_CANCEL_DISABLE = 1
/** Requests are acted upon at cancellation points: the type of a new thread. */
export const PTHREAD_CANCEL_DEFERRED = 0
/** Requests are acted upon at every safe point: each `await` and each turn of a loop. */
export const PTHREAD_CANCEL_ASYNCHRONOUS = 1

/**
 * Asks a thread of this process to end, wherever it is. Returns once the request has come to it; the thread acts on it when its cancelability allows:
 * `finally` blocks and cleanup handlers run, `catch` clauses never see it, then the destructors of thread-specific data; whoever joins it gets
 * `PTHREAD_CANCELED`. Source: POSIX.1-2017, `pthread_cancel`.
 *
 * @throws PosixError `ESRCH`: there is no such thread, or it has ended.
 */
export const pthread_cancel = systemCall<(thread: pthread_t) => Promise<void>>(
  'pthread_cancel',
  (thread: pthread_t) => {
    const caller = callingThread('pthread_cancel')
    const target = readHandle('pthread_cancel', thread)
    if (target === caller.tid) {
      requestCancellation(caller)
      return actAtOnce()
    }
    const { kernel, origin, pid } = caller.process
    return block(kernel, { $f: CANCEL, $p: 0, $c: null, home: origin, pid, target })
  },
)

/**
 * Whether requests to cancel the calling thread are acted upon (`PTHREAD_CANCEL_ENABLE`) or stay pending (`PTHREAD_CANCEL_DISABLE`). Returns the
 * state before. A request that was pending is acted upon at the next cancellation point; at once, if the type is asynchronous.
 *
 * @throws PosixError `EINVAL`: neither of the two.
 */
export function pthread_setcancelstate(state: number): number {
  const own = cancellationOf('pthread_setcancelstate')
  checkChoice('pthread_setcancelstate', state, ['PTHREAD_CANCEL_ENABLE', 'PTHREAD_CANCEL_DISABLE'])
  const before = own.disabled ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE
  own.disabled = state === PTHREAD_CANCEL_DISABLE
  reconsider()
  return before
}

/**
 * Where requests to cancel the calling thread are acted upon: at cancellation points (`PTHREAD_CANCEL_DEFERRED`) or at every safe point
 * (`PTHREAD_CANCEL_ASYNCHRONOUS`; plain functions reach none). Returns the type before.
 *
 * @throws PosixError `EINVAL`: neither of the two.
 */
export function pthread_setcanceltype(type: number): number {
  const own = cancellationOf('pthread_setcanceltype')
  checkChoice('pthread_setcanceltype', type, ['PTHREAD_CANCEL_DEFERRED', 'PTHREAD_CANCEL_ASYNCHRONOUS'])
  const before = own.asynchronous ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED
  own.asynchronous = type === PTHREAD_CANCEL_ASYNCHRONOUS
  reconsider()
  return before
}

/** A cancellation point that does nothing else: does not return if a request is pending and cancelability is enabled. */
export function pthread_testcancel(): void {
  callingThread('pthread_testcancel')
  if (registers.fiber) testCancel(registers.fiber)
}

const cancellationOf = (syscall: string): ReturnType<typeof needCancellation> =>
  needCancellation(callingThread(syscall))

/** The caller's cancelability has changed: a pending request may be due, in the caller and in what else its thread is at. */
function reconsider(): void {
  if (registers.fiber) actOnCancellation(registers.fiber.thread)
  actAtOnce()
}

function actAtOnce(): undefined {
  const { fiber } = registers
  if (fiber && isDueAnywhere(fiber)) testCancel(fiber)
  return undefined
}

function checkChoice(syscall: string, value: number, names: readonly [string, string]): void {
  if (value === 0 || value === 1) return
  throw new PosixError('EINVAL', syscall, `${String(value)} is neither ${names[0]} nor ${names[1]}`)
}

const CANCEL = homeWaitCode<{ readonly pid: number; readonly target: number }>('pthread_cancel', {
  slots: ['pid', 'target'],
  request: ({ home, pid, target }, reference, { messenger }) => {
    messenger.send(home, cancellation.cancel, { ...reference, pid, target })
  },
})
