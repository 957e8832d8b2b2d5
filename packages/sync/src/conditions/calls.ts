import {
  block,
  builtinCode,
  homeWaitCode,
  registers,
  SUSPENDED,
  testCancel,
  type Frame,
  type Thread,
} from '@atoll/kernel'
import type { Answer } from '../answering.js'
import { lock as takeLock, unlockAsOwner } from '../locks/calls.js'
import { checkedHome, refusalError } from '../refusals.js'
import { syncService } from '../service.js'
import { conditions } from './protocol.js'

/** A call that waits for a condition variable: slots of its frames. */
export interface Waiting {
  /** Its name, for errors. */
  readonly syscall: string
  /** The condition variable. */
  readonly handle: number
  /** The lock that the caller holds. */
  readonly lock: number
  /** On the monotonic clock; `Infinity`: it waits for ever, and returns nothing. */
  readonly untilUs: number
}

/** Makes a condition variable, at home on the calling thread's kernel; returns its handle. */
export const makeCondition = ({ process }: Thread, pid: number, clock: number): number =>
  syncService(process.kernel).makeCondition(pid, clock)

/**
 * Lets go of `lock`, which the calling thread holds, waits until the condition is signalled, but not beyond `untilUs`, and takes the lock again. Returns whether it was signalled; nothing if
 * `untilUs` is `Infinity`. A cancellation point: it unwinds with the lock held.
 *
 * @throws PosixError `EINVAL`: no condition variable or lock, or others wait with another lock; `EPERM`: the lock is not the caller's; `EOWNERDEAD`, `ENOTRECOVERABLE`: of the
 *   lock; `EIO`: a home has died.
 */
export function waitForCondition(thread: Thread, waiting: Waiting): unknown {
  if (registers.fiber) testCancel(registers.fiber)
  const { kernel, pid } = thread.process
  const { syscall, handle, lock, untilUs } = waiting
  const home = checkedHome(kernel, syscall, handle, 'condition variable')
  if (home === kernel.id) {
    const answer = syncService(kernel).conditions.enter(handle, pid, lock)
    return letGo(thread, waiting, valueOf(syscall, answer) as number)
  }
  block(kernel, { $f: ENTER, $p: 0, $c: null, home, syscall, pid, handle, lock } as never)
  return registers.extend({ $f: ENTERED, $p: 0, $c: null, syscall, handle, lock, untilUs })
}

/** Calls the thread that waits longest, or `all` that wait. */
export function signalCondition({ process }: Thread, syscall: string, handle: number, all: boolean): unknown {
  const { kernel, pid } = process
  const home = checkedHome(kernel, syscall, handle, 'condition variable')
  if (home === kernel.id) return valueOf(syscall, syncService(kernel).conditions.signal(handle, pid, all))
  return block(kernel, { $f: SIGNAL, $p: 0, $c: null, home, syscall, pid, handle, all } as never)
}

/** Ends a condition variable that nobody waits for. */
export function destroyCondition({ process }: Thread, syscall: string, handle: number): unknown {
  const { kernel, pid } = process
  const home = checkedHome(kernel, syscall, handle, 'condition variable')
  if (home === kernel.id) return valueOf(syscall, syncService(kernel).conditions.destroy(handle, pid))
  return block(kernel, { $f: DESTROY, $p: 0, $c: null, home, syscall, pid, handle } as never)
}

function valueOf(syscall: string, answer: Answer): unknown {
  if ('code' in answer) throw refusalError(syscall, answer)
  return answer.value
}

/** The thread has its ticket: it lets go of the lock. */
function letGo(thread: Thread, waiting: Waiting, ticket: number): unknown {
  const { syscall, handle, lock, untilUs } = waiting
  const released = { $f: RELEASED, $p: 0, $c: null, syscall, handle, lock, untilUs, ticket } as const
  try {
    if (unlockAsOwner(thread, syscall, lock) === SUSPENDED) return registers.extend(released)
  } catch (error) {
    giveBack(thread, waiting, ticket)
    throw error
  }
  return awaitCall(thread, waiting, ticket)
}

function giveBack({ process }: Thread, { syscall, handle }: Waiting, ticket: number): void {
  const { kernel, pid } = process
  const home = checkedHome(kernel, syscall, handle, 'condition variable')
  kernel.messenger.send(home, conditions.leave, { pid, handle, ticket })
}

/** The lock is free: the thread waits for its ticket to be called, and takes the lock again whatever comes of it. */
function awaitCall({ process }: Thread, waiting: Waiting, ticket: number): unknown {
  const { kernel, pid } = process
  const { syscall, handle, lock, untilUs } = waiting
  const home = checkedHome(kernel, syscall, handle, 'condition variable')
  const slots = { home, syscall, pid, handle, ticket, untilUs, isTimeUp: false }
  try {
    block(kernel, { $f: AWAIT, $p: 0, $c: null, ...slots } as never)
  } catch (error) {
    return takeAgain(waiting, error, true)
  }
  return registers.extend({ $f: CALLED, $p: 0, $c: null, syscall, handle, lock, untilUs })
}

function takeAgain({ syscall, lock, untilUs }: Waiting, value: unknown, thrown: boolean): unknown {
  const outcome = thrown || untilUs !== Infinity ? value : undefined
  if (takeLock(callingThread(), syscall, lock) === SUSPENDED) {
    return registers.extend({ $f: TAKEN, $p: 0, $c: null, outcome, thrown })
  }
  if (thrown) throw value
  return outcome
}

function callingThread(): Thread {
  const thread = registers.fiber?.thread
  if (!thread) throw new Error('a condition was waited for outside of a thread')
  return thread
}

interface Asking {
  readonly syscall: string
  readonly pid: number
  readonly handle: number
}

const WAITING = ['syscall', 'handle', 'lock', 'untilUs'] as const

const ENTER = homeWaitCode<Asking & { readonly lock: number }>('condition-enter', {
  slots: ['syscall', 'pid', 'handle', 'lock'],
  request: ({ home, pid, handle, lock }, reference, { messenger }) => {
    messenger.send(home, conditions.enter, { ...reference, pid, handle, lock })
  },
})

const ENTERED = builtinCode('condition-entered', WAITING, (frame, value, thrown) => {
  if (thrown) throw value
  return letGo(callingThread(), frame as Frame & Waiting, value as number)
})

const RELEASED = builtinCode('condition-released', [...WAITING, 'ticket'], (frame, value, thrown) => {
  const waiting = frame as Frame & Waiting
  const ticket = frame['ticket'] as number
  if (!thrown) return awaitCall(callingThread(), waiting, ticket)
  giveBack(callingThread(), waiting, ticket)
  throw value
})

const AWAIT = homeWaitCode<Asking & { readonly ticket: number; readonly untilUs: number }>('condition-await', {
  slots: ['syscall', 'pid', 'handle', 'ticket'],
  cancellable: true,
  timed: true,
  result: (value, frame) => (frame['isTimeUp'] === true ? false : value),
  request: ({ home, pid, handle, ticket }, reference, { messenger }) => {
    messenger.send(home, conditions.await, { ...reference, pid, handle, ticket })
  },
})

/** An error, or what unwinds the thread, comes with the lock held. */
const CALLED = builtinCode('condition-called', WAITING, (frame, value, thrown) =>
  takeAgain(frame as Frame & Waiting, value, thrown),
)

const TAKEN = builtinCode('condition-taken', ['outcome', 'thrown'], (frame, value, thrown) => {
  if (thrown) throw value
  if (frame['thrown'] === true) throw frame['outcome']
  return frame['outcome']
})

const SIGNAL = homeWaitCode<Asking & { readonly all: boolean }>('condition-signal', {
  slots: ['syscall', 'pid', 'handle', 'all'],
  request: ({ home, pid, handle, all }, reference, { messenger }) => {
    messenger.send(home, conditions.signal, { ...reference, pid, handle, all })
  },
})

const DESTROY = homeWaitCode<Asking>('condition-destroy', {
  slots: ['syscall', 'pid', 'handle'],
  request: ({ home, pid, handle }, reference, { messenger }) => {
    messenger.send(home, conditions.destroy, { ...reference, pid, handle })
  },
})
