import {
  block,
  callingThread,
  changeScheduling,
  homeWaitCode,
  isSchedulingPolicy,
  PosixError,
  prioritiesOf,
  processes,
  readScheduling,
  SchedulingPolicy,
  SLICE_US,
  systemCall,
  type ErrorCode,
  type SchedulingChange,
} from '@atoll/kernel'
import { readHandle, type pid_t, type pthread_t } from './identity.js'
import type { timespec } from './time.js'

/** In turns: the policy of threads that were told nothing. Priority 0. Real-time threads leave at least a twentieth of a kernel's time to these. */
export const SCHED_OTHER = SchedulingPolicy.other
/** Real-time: runs until it blocks, yields, or a thread of a higher priority is ready. Priorities 1 … 99. */
export const SCHED_FIFO = SchedulingPolicy.fifo
/** Real-time: as `SCHED_FIFO`, but in turns with others of its priority. Priorities 1 … 99. */
export const SCHED_RR = SchedulingPolicy.rr

/** Scheduling parameters. */
export interface sched_param {
  /** A higher number comes first. */
  readonly priority: number
}

/** A thread's policy and its parameters: can be given as parameters again. */
export interface ThreadScheduling extends sched_param {
  /** `SCHED_OTHER`, `SCHED_FIFO` or `SCHED_RR`. */
  readonly policy: number
}

/**
 * The highest priority of a policy's threads.
 *
 * @throws PosixError `EINVAL`: not a policy.
 */
export const sched_get_priority_max = (policy: number): number => rangeOf('sched_get_priority_max', policy).max

/**
 * The lowest priority of a policy's threads.
 *
 * @throws PosixError `EINVAL`: not a policy.
 */
export const sched_get_priority_min = (policy: number): number => rangeOf('sched_get_priority_min', policy).min

/**
 * Sets how a thread is scheduled, wherever it is: at once, and it takes that along. It comes behind the ready threads of its new priority.
 *
 * @throws PosixError `EINVAL` (not a policy, or not a priority of it), `ESRCH`.
 */
export const pthread_setschedparam = systemCall<
  (thread: pthread_t, policy: number, param: sched_param) => Promise<void>
>('pthread_setschedparam', (thread: pthread_t, policy: number, param: sched_param) =>
  reschedule('pthread_setschedparam', thread, { policy, priority: readParam('pthread_setschedparam', param) }),
)

/**
 * How a thread is scheduled.
 *
 * @throws PosixError `ESRCH`.
 */
export const pthread_getschedparam = systemCall<(thread: pthread_t) => Promise<ThreadScheduling>>(
  'pthread_getschedparam',
  (thread: pthread_t) => reschedule('pthread_getschedparam', thread, {}),
)

/**
 * Changes a thread's priority, within its policy: behind the ready threads of a higher one, before those of a lower one.
 *
 * @throws PosixError `EINVAL` (not a priority of its policy), `ESRCH`.
 */
export const pthread_setschedprio = systemCall<(thread: pthread_t, priority: number) => Promise<void>>(
  'pthread_setschedprio',
  (thread: pthread_t, priority: number) => reschedule('pthread_setschedprio', thread, { priority }),
)

/**
 * Sets how the thread of this number (0: the caller) is scheduled; as in Linux, a process's number means its main thread. Returns the
 * policy that it had.
 *
 * @throws PosixError `EINVAL` (not a policy, or not a priority of it), `ESRCH`.
 */
export const sched_setscheduler = systemCall<(tid: pid_t, policy: number, param: sched_param) => Promise<number>>(
  'sched_setscheduler',
  (tid: pid_t, policy: number, param: sched_param) =>
    reschedule('sched_setscheduler', tid, { policy, priority: readParam('sched_setscheduler', param) }),
)

/**
 * The policy of the thread of this number (0: the caller).
 *
 * @throws PosixError `ESRCH`.
 */
export const sched_getscheduler = systemCall<(tid: pid_t) => Promise<number>>('sched_getscheduler', (tid: pid_t) =>
  reschedule('sched_getscheduler', tid, {}),
)

/**
 * The longest turn of the thread of this number (0: the caller) while others of its priority wait; zero: it has no limit (`SCHED_FIFO`).
 *
 * @throws PosixError `ESRCH`.
 */
export const sched_rr_get_interval = systemCall<(tid: pid_t) => Promise<timespec>>(
  'sched_rr_get_interval',
  (tid: pid_t) => reschedule('sched_rr_get_interval', tid, {}),
)

/** What each call that shares the mechanism makes of how the thread was scheduled before. */
const RESULTS: Readonly<Record<string, (before: ThreadScheduling) => unknown>> = {
  pthread_getschedparam: ({ policy, priority }) => ({ policy, priority }),
  sched_setscheduler: ({ policy }) => policy,
  sched_getscheduler: ({ policy }) => policy,
  sched_rr_get_interval: ({ policy }) => ({ sec: 0, nsec: policy === SCHED_FIFO ? 0 : SLICE_US * 1000 }),
}

const resultOf = (syscall: string, before: ThreadScheduling): unknown => RESULTS[syscall]?.(before)

/** Changes or asks how thread `target` is scheduled: at once if it is here, else through its origin, which knows where it is. */
function reschedule(syscall: string, target: number, change: SchedulingChange): unknown {
  const caller = callingThread(syscall)
  const { kernel, origin, pid } = caller.process
  const tid = readHandle(syscall, target)
  if (change.policy !== undefined) checkChange(syscall, change.policy, change.priority ?? 0)
  const thread = tid === 0 ? caller : kernel.threads.get(tid)
  if (thread?.process === caller.process) {
    const before = changeScheduling(thread, change)
    if ('code' in before) throw new PosixError(before.code as ErrorCode, syscall, before.explanation)
    return resultOf(syscall, before)
  }
  return block(kernel, { $f: RESCHEDULE, $p: 0, $c: null, home: origin, pid, target: tid, change, syscall })
}

interface RescheduleSlots {
  readonly pid: number
  readonly target: number
  readonly change: SchedulingChange
  readonly syscall: string
}

const RESCHEDULE = homeWaitCode<RescheduleSlots>('pthread_setschedparam', {
  slots: ['pid', 'target', 'change', 'syscall'],
  request: ({ home, pid, target, change }, reference, { messenger }) => {
    const { policy, priority } = change
    messenger.send(home, processes.scheduling, {
      ...reference,
      pid,
      target,
      ...(policy !== undefined && { policy }),
      ...(priority !== undefined && { priority: readByte(priority) }),
    })
  },
  result: (answer, frame) => {
    const [policy, priority] = answer as [number, number]
    return resultOf(frame['syscall'] as string, { policy, priority })
  },
})

/** What no priority is stays none on its way: it fits into a message's field. */
const readByte = (priority: number): number =>
  Number.isInteger(priority) && priority >= 0 && priority < 255 ? priority : 255

/** Throws `EINVAL`, before anybody is asked, if that is not a policy with a priority of it. */
function checkChange(syscall: string, policy: number, priority: number): void {
  const checked = readScheduling(policy, priority)
  if ('code' in checked) throw new PosixError(checked.code as ErrorCode, syscall, checked.explanation)
}

/** The priority that parameters name. Throws `EINVAL`. */
export function readParam(syscall: string, param: sched_param): number {
  const priority: unknown = (param as Partial<sched_param> | null | undefined)?.priority
  if (typeof priority === 'number') return priority
  throw new PosixError('EINVAL', syscall, 'scheduling parameters are an object { priority } with a number')
}

function rangeOf(syscall: string, policy: number): { readonly min: number; readonly max: number } {
  if (isSchedulingPolicy(policy)) return prioritiesOf(policy)
  const explanation = `${String(policy)} is not a scheduling policy: SCHED_OTHER, SCHED_FIFO or SCHED_RR`
  throw new PosixError('EINVAL', syscall, explanation)
}
