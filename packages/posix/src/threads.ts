import { afterRelease } from '@atoll/address-space'
import {
  callingThread,
  homeWaitCode,
  block,
  PosixError,
  processes,
  refuseInFiber,
  systemCall,
  unwindCaller,
  type Frame,
  type HomeWaitDefinition,
} from '@atoll/kernel'
import { createThread } from '@atoll/migration'
import type { pthread_attr_t } from './attribute-object.js'
import { readAttributes, readName } from './attributes.js'
import { readHandle, type pthread_t } from './identity.js'
import { readDeadline, type Duration } from './time.js'

/** A start routine: a resumable or plain function of one argument. */
export type StartRoutine<A, R> = (arg: A) => R | Promise<R>

interface TargetSlots {
  readonly pid: number
  readonly target: number
}

/**
 * Creates a thread that runs `start(arg)`, and returns its handle. Both are copied now: variables that `start` captured, and everything `arg` reaches.
 *
 * @throws PosixError `EINVAL` (attributes, no online CPU in `cpus`, `start` assigns a captured variable), `ENOTSUP` (something that can't be copied), `EAGAIN`.
 */
export const pthread_create = systemCall<
  <A = undefined, R = unknown>(attr: pthread_attr_t | null, start: StartRoutine<A, R>, arg?: A) => Promise<pthread_t>
>('pthread_create', create)

function create(attr: pthread_attr_t | null, start: (argument: never) => unknown, arg?: unknown): unknown {
  return afterRelease('pthread_create', [attr, start, arg], () => createNow(attr, start, arg))
}

function createNow(
  attr: pthread_attr_t | null,
  start: (argument: never) => unknown,
  arg: unknown,
): ReturnType<typeof createThread> {
  const specification = readAttributes(attr)
  if (typeof start !== 'function') {
    throw new PosixError('EINVAL', 'pthread_create', `the start routine is ${typeof start}, not a function`)
  }
  return createThread(callingThread('pthread_create'), start, arg, specification)
}

/**
 * Waits for a thread to end. Returns what its start routine returned or `pthread_exit` was given, `PTHREAD_CANCELED` if it was cancelled; if it threw,
 * throws the same error. A cancellation point: a caller that is cancelled meanwhile leaves the thread joinable.
 *
 * @throws PosixError `ESRCH` (no such thread), `EINVAL` (detached, or joined by another thread already), `EDEADLK` (it would wait for itself).
 */
export const pthread_join = systemCall<<R = unknown>(thread: pthread_t) => Promise<R>>(
  'pthread_join',
  (thread: pthread_t) => askAbout(JOIN, 'pthread_join', thread),
)

/** What was waited for has come. */
export interface Joined<R> {
  /** What `pthread_join` would have returned. */
  readonly value: R
}

/**
 * As `pthread_join`, if the thread has ended; else returns `null`, and the thread stays joinable. No cancellation point.
 *
 * @throws PosixError as `pthread_join`.
 */
export const pthread_tryjoin_np = systemCall<<R = unknown>(thread: pthread_t) => Promise<Joined<R> | null>>(
  'pthread_tryjoin_np',
  (thread: pthread_t) => joinUntil(TRY_JOIN, 'pthread_tryjoin_np', thread, 0),
)

/**
 * As `pthread_join`, but waits until `abstime` on `CLOCK_REALTIME` at most (a `timespec`, or milliseconds since 1970): then returns `null`, and the
 * thread stays joinable. One that has ended is joined, however late it is.
 *
 * @throws PosixError as `pthread_join`, `EINVAL` (not a time).
 */
export const pthread_timedjoin_np = systemCall<
  <R = unknown>(thread: pthread_t, abstime: Duration) => Promise<Joined<R> | null>
>('pthread_timedjoin_np', (thread: pthread_t, abstime: Duration) =>
  joinUntil(TIMED_JOIN, 'pthread_timedjoin_np', thread, readDeadline('pthread_timedjoin_np', abstime)),
)

/**
 * Declares that nobody will join a thread.
 *
 * @throws PosixError `ESRCH`, `EINVAL` (it is detached already).
 */
export const pthread_detach = systemCall<(thread: pthread_t) => Promise<void>>('pthread_detach', (thread: pthread_t) =>
  askAbout(DETACH, 'pthread_detach', thread),
)

/** Ends the calling thread with this result: `finally` blocks, cleanup handlers and destructors run. Only on a thread's main stack (else `EPERM`). */
export function pthread_exit(value?: unknown): never {
  callingThread('pthread_exit')
  refuseInFiber('pthread_exit')
  unwindCaller('thread-exit', value)
}

/**
 * Names a thread, in at most 15 bytes.
 *
 * @throws PosixError `ERANGE`, `ESRCH`.
 */
export const pthread_setname_np = systemCall<(thread: pthread_t, name: string) => Promise<void>>(
  'pthread_setname_np',
  (thread: pthread_t, name: string) => {
    const { kernel, origin, pid } = callingThread('pthread_setname_np').process
    const target = readHandle('pthread_setname_np', thread)
    return block(kernel, {
      $f: SET_NAME,
      $p: 0,
      $c: null,
      home: origin,
      pid,
      target,
      name: readName('pthread_setname_np', name),
    })
  },
)

/**
 * A thread's name, `''` if it was given none.
 *
 * @throws PosixError `ESRCH`.
 */
export const pthread_getname_np = systemCall<(thread: pthread_t) => Promise<string>>(
  'pthread_getname_np',
  (thread: pthread_t) => askAbout(GET_NAME, 'pthread_getname_np', thread),
)

function askAbout(code: typeof JOIN, syscall: string, thread: pthread_t): ReturnType<typeof block> {
  const { kernel, origin, pid } = callingThread(syscall).process
  return block(kernel, { $f: code, $p: 0, $c: null, home: origin, pid, target: readHandle(syscall, thread) })
}

function joinUntil(code: typeof JOIN, syscall: string, thread: pthread_t, untilUs: number): ReturnType<typeof block> {
  const { kernel, origin, pid } = callingThread(syscall).process
  const target = readHandle(syscall, thread)
  return block(kernel, { $f: code, $p: 0, $c: null, home: origin, pid, target, untilUs, isTimeUp: false })
}

const requestJoin: HomeWaitDefinition<TargetSlots>['request'] = ({ home, pid, target }, reference, kernel) => {
  if (home === kernel.id) kernel.home.calls.join(home, { ...reference, pid }, target)
  else kernel.messenger.send(home, processes.join, { ...reference, pid, target })
}

const JOIN = homeWaitCode<TargetSlots>('pthread_join', {
  slots: ['pid', 'target'],
  cancellable: true,
  request: requestJoin,
})

const joinedInTime = (value: unknown, frame: Frame): Joined<unknown> | null => (frame['isTimeUp'] ? null : { value })

const TIMED_JOIN = homeWaitCode<TargetSlots>('pthread_timedjoin_np', {
  slots: ['pid', 'target'],
  cancellable: true,
  timed: true,
  request: requestJoin,
  result: joinedInTime,
})

/** Its time is up when it begins: the origin, which gets the request first, has answered by then, or there is nothing to answer. */
const TRY_JOIN = homeWaitCode<TargetSlots>('pthread_tryjoin_np', {
  slots: ['pid', 'target'],
  timed: true,
  request: requestJoin,
  result: joinedInTime,
})

const DETACH = homeWaitCode<TargetSlots>('pthread_detach', {
  slots: ['pid', 'target'],
  request: ({ home, pid, target }, reference, { messenger }) => {
    messenger.send(home, processes.detach, { ...reference, pid, target })
  },
})

const GET_NAME = homeWaitCode<TargetSlots>('pthread_getname_np', {
  slots: ['pid', 'target'],
  request: ({ home, pid, target }, reference, { messenger }) => {
    messenger.send(home, processes.name, { ...reference, pid, target })
  },
})

const SET_NAME = homeWaitCode<TargetSlots & { readonly name: string }>('pthread_setname_np', {
  slots: ['pid', 'target', 'name'],
  request: ({ home, pid, target, name }, reference, { messenger }) => {
    messenger.send(home, processes.setName, { ...reference, pid, target, name })
  },
})
