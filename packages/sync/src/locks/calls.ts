import {
  block,
  builtinCode,
  homeWaitCode,
  PosixError,
  registers,
  type SUSPENDED,
  type Frame,
  type Kernel,
  type ProcessReplica,
  type Thread,
  type WaitReference,
} from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import type { Answer } from '../answering.js'
import { checkedHome, refusalError } from '../refusals.js'
import { syncService, type SyncService } from '../service.js'
import { Health, LockType, type Lock, type LockFacts } from './lock.js'
import { attempt, BUSY, mend, NO_LOCK, NOT_OWNER, relock, unlock, unusable } from './operations.js'
import { locks } from './protocol.js'
import { homeIsGone } from './replica.js'

/** What a call to lock is about: a frame's slots. */
interface Locking {
  readonly syscall: string
  readonly handle: number
  /** On the monotonic clock; `Infinity`: it waits for ever, and returns nothing. */
  readonly untilUs: number
}

/** How a wait ended whose time was up. */
const TIME_UP = -2

/**
 * Has the calling thread wait until it holds the lock, but not beyond `untilUs`: returns whether it does; nothing if `untilUs` is `Infinity`.
 *
 * @throws PosixError `EINVAL`: no lock of this process; `EDEADLK`: it holds the lock, which checks for that; `EAGAIN`: it holds it too often; `EOWNERDEAD`: it
 *   has it, and the owner before it has died; `ENOTRECOVERABLE`: nobody can hold it; `EIO`: its home has died.
 */
export function lock(thread: Thread, syscall: string, handle: number, untilUs = Infinity): unknown {
  const { process } = thread
  const held = syncService(process.kernel).locks.get(handle)
  if (held !== undefined && held.here && held.owner === 0 && held.health === Health.fine && isOf(held, process)) {
    held.owner = thread.tid
    return untilUs === Infinity ? undefined : true
  }
  return lockSlowly(thread, { syscall, handle, untilUs }, held)
}

/** Lets go of a lock that the calling thread holds. Throws `EPERM` if it does not. */
export function unlockAsOwner(thread: Thread, syscall: string, handle: number): unknown {
  const { process, tid } = thread
  const service = syncService(process.kernel)
  const held = service.locks.get(handle)
  if (held !== undefined && held.here && held.owner === tid && isOf(held, process)) {
    unlock(service.locks, held)
    return undefined
  }
  return asOwner(thread, syscall, handle, UNLOCK, () => ({ value: undefined }))
}

/** Takes the lock if that is possible at once; returns whether it was. */
export const tryLock = (thread: Thread, syscall: string, handle: number): unknown =>
  attemptAfter(thread, syscall, handle, 0)

/** The same, after the thread has waited on kernel `waitedAt` (0: on none) until its time was up. */
function attemptAfter(thread: Thread, syscall: string, handle: number, waitedAt: KernelId): unknown {
  const { process, tid } = thread
  const service = syncService(process.kernel)
  const held = service.locks.get(handle)
  const isDecidedHere = waitedAt === 0 || waitedAt === process.kernel.id // another kernel may have granted it meanwhile
  if (held?.here && isDecidedHere && isOf(held, process)) return tried(syscall, attempt(held, tid))
  const home = checkedHome(process.kernel, syscall, handle, 'lock')
  const slots = { home, syscall, pid: process.pid, handle, waitedAt }
  block(process.kernel, { $f: ATTEMPT, $p: 0, $c: null, ...slots } as never)
  return registers.extend({ $f: TRIED, $p: 0, $c: null, syscall })
}

/** The owner says that what the lock protects is consistent again. */
export const makeConsistent = (thread: Thread, syscall: string, handle: number): unknown =>
  asOwner(thread, syscall, handle, MEND, mend)

/** Ends a lock that nobody holds. */
export function destroyLock(thread: Thread, syscall: string, handle: number): unknown {
  const { kernel, pid } = thread.process
  const home = checkedHome(kernel, syscall, handle, 'lock')
  return ask(kernel, DESTROY, { syscall, home, pid, handle })
}

/** Makes a lock, at home on the calling thread's kernel; returns its handle. */
export const makeLock = ({ process }: Thread, facts: LockFacts): number => syncService(process.kernel).makeLock(facts)

const isOf = ({ pid }: LockFacts, process: ProcessReplica): boolean => pid === process.pid || pid === 0

function lockSlowly(thread: Thread, locking: Locking, known: Lock | undefined): unknown {
  const { process, tid } = thread
  const { kernel, pid } = process
  if (known === undefined) return enter(kernel, pid, locking, 0)
  if (!isOf(known, process)) throw refusalError(locking.syscall, NO_LOCK)
  if (known.isOrphan) throw new PosixError('EIO', locking.syscall, homeIsGone(known))
  if (known.here) {
    if (known.owner === 0) return got(locking, attempt(known, tid))
    const answer = known.owner === tid ? relock(known) : null
    if (answer) return got(locking, valueOf(locking.syscall, answer))
  } else if (known.type !== LockType.normal && known.home !== kernel.id) {
    return enter(kernel, pid, locking, 0) // it may hold the lock, having come from elsewhere
  }
  return wait(kernel, pid, locking)
}

/** Asks the home about the lock: what it is, and whether the thread holds it. */
function enter(kernel: Kernel, pid: number, locking: Locking, after: KernelId): unknown {
  const { syscall, handle, untilUs } = locking
  const home = checkedHome(kernel, syscall, handle, 'lock')
  block(kernel, { $f: ENTER, $p: 0, $c: null, home, syscall, pid, handle, after } as never)
  return registers.extend({ $f: ENTERED, $p: 0, $c: null, syscall, handle, untilUs })
}

/** Waits on this kernel, wherever the token is. */
function wait(kernel: Kernel, pid: number, { syscall, handle, untilUs }: Locking): unknown {
  const home = kernel.id
  block(kernel, { $f: WAIT, $p: 0, $c: null, home, syscall, pid, handle, untilUs, isTimeUp: false } as never)
  return registers.extend({ $f: WAITED, $p: 0, $c: null, syscall, handle, untilUs, waitedAt: home })
}

/** The thread has the lock, or has it not, by what the operation on it said. */
function got({ syscall, untilUs }: Locking, health: number): unknown {
  throwUnlessFine(syscall, health)
  return untilUs === Infinity ? undefined : true
}

function tried(syscall: string, health: number): boolean {
  if (health === BUSY) return false
  throwUnlessFine(syscall, health)
  return true
}

function throwUnlessFine(syscall: string, health: number): void {
  if (health === Health.fine) return
  if (health !== Health.ownerDied) throw refusalError(syscall, unusable(health))
  const explanation =
    'the thread that held the lock has ended, and the calling thread holds it now. Remedy: mend what it protects, then call pthread_mutex_consistent'
  throw new PosixError('EOWNERDEAD', syscall, explanation)
}

function valueOf(syscall: string, answer: Answer): number {
  if ('code' in answer) throw refusalError(syscall, answer)
  return answer.value as number
}

/** Does at the home, for an owner that is elsewhere, what is done where the token is. */
function asOwner(
  { process, tid }: Thread,
  syscall: string,
  handle: number,
  code: typeof UNLOCK,
  act: (lock: Lock) => Answer,
): unknown {
  const { kernel, pid } = process
  const held = syncService(kernel).locks.get(handle)
  if (held?.here && held.owner === tid && isOf(held, process)) {
    valueOf(syscall, act(held))
    return undefined
  }
  const home = checkedHome(kernel, syscall, handle, 'lock')
  if (home === kernel.id) throw refusalError(syscall, held && isOf(held, process) ? NOT_OWNER : NO_LOCK)
  return ask(kernel, code, { syscall, home, pid, handle })
}

/** Slots of a call to the home. */
interface Asking {
  readonly syscall: string
  readonly home: KernelId
  readonly pid: number
  readonly handle: number
}

const ask = (kernel: Kernel, code: typeof UNLOCK, { syscall, home, pid, handle }: Asking): typeof SUSPENDED =>
  block(kernel, { $f: code, $p: 0, $c: null, home, syscall, pid, handle } as never)

const asking = (name: string, type: (typeof locks)['unlock']): ReturnType<typeof homeWaitCode> =>
  homeWaitCode<Asking>(name, {
    slots: ['syscall', 'pid', 'handle'],
    request: ({ home, pid, handle }, reference, { messenger }) => {
      messenger.send(home, type, { ...reference, pid, handle })
    },
  })

const UNLOCK = asking('lock-unlock', locks.unlock)
const MEND = asking('lock-mend', locks.mend)
const ATTEMPT = homeWaitCode<Asking & { readonly waitedAt: KernelId }>('lock-attempt', {
  slots: ['syscall', 'pid', 'handle', 'waitedAt'],
  request: ({ home, pid, handle, waitedAt }, reference, { messenger }) => {
    messenger.send(home, locks.attempt, { ...reference, pid, handle, waitedAt })
  },
})
const DESTROY = asking('lock-destroy', locks.destroy)

const TRIED = builtinCode('lock-tried', ['syscall'], (frame, value, thrown) => {
  if (thrown) throw value
  return tried(frame['syscall'] as string, value as number)
})

const ENTER = homeWaitCode<Asking & { readonly after: KernelId }>('lock-enter', {
  slots: ['syscall', 'pid', 'handle', 'after'],
  request: ({ home, pid, handle, after }, reference, { messenger }) => {
    messenger.send(home, locks.enter, { ...reference, pid, handle, after })
  },
})

const ENTERED = builtinCode('lock-entered', ['syscall', 'handle', 'untilUs'], (frame, value, thrown) => {
  if (thrown) throw value
  const locking = frame as Frame & Locking
  const { process, tid } = callingThreadOf()
  const { kernel } = process
  const [pid, type, robust, health] = value as [number, number, boolean, number | null]
  const home = checkedHome(kernel, locking.syscall, locking.handle, 'lock')
  if (health !== null) return got(locking, health)
  const known = syncService(kernel).locks.know(locking.handle, home, { pid, type, robust })
  if (known.here && known.owner === 0) return got(locking, attempt(known, tid))
  return wait(kernel, process.pid, locking)
})

/** Its wait is on the kernel where it began: threads that move keep their places there. */
const WAIT = homeWaitCode<Asking & { readonly untilUs: number }>('lock-wait', {
  slots: ['syscall', 'pid', 'handle'],
  timed: true,
  result: (value, frame) => (frame['isTimeUp'] === true ? TIME_UP : value),
  request: ({ pid, handle }, reference, kernel) => {
    waitHere(syncService(kernel), { ...reference, pid }, handle, kernel)
  },
})

/** No message tells this kernel what it knows: the wait stands. */
function waitHere(
  service: SyncService,
  reference: WaitReference & { readonly pid: number },
  handle: number,
  kernel: Kernel,
): void {
  const known = service.locks.get(handle)
  if (!known || known.isOrphan) throw refusalError('', NO_LOCK)
  service.locks.enqueue(known, reference)
  const fiber = kernel.threads.get(reference.tid)?.fiber(reference.fiber)
  if (fiber) kernel.waiters.forget(fiber)
}

const WAITED = builtinCode('lock-waited', ['syscall', 'handle', 'untilUs', 'waitedAt'], (frame, value, thrown) => {
  const locking = frame as Frame & Locking
  const thread = callingThreadOf()
  const { process } = thread
  const waitedAt = frame['waitedAt'] as KernelId
  // What is free is had, whatever the time: and it may have been granted as the time was up.
  if (!thrown && value === TIME_UP) return attemptAfter(thread, locking.syscall, locking.handle, waitedAt)
  if (!thrown) return got(locking, value as number)
  const isPlaceGone =
    value instanceof PosixError && value.code === 'EIO' && !process.kernel.membership.isAlive(waitedAt)
  if (!isPlaceGone) throw value
  return enter(process.kernel, process.pid, locking, waitedAt) // the lock's home may live on, and knows whether it got the lock
})

function callingThreadOf(): Thread {
  const thread = registers.fiber?.thread
  if (!thread) throw new Error('a lock was taken outside of a thread')
  return thread
}
