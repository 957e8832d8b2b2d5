import { PosixError, readScheduling, type ErrorCode, type SchedulingParameters } from '@atoll/kernel'
import type { pthread_attr_t } from './attribute-object.js'
import { readParam, SCHED_OTHER, sched_get_priority_min, type sched_param } from './policies.js'

/** A new thread is scheduled as its creator; the attributes' policy and priority do not count. */
export const PTHREAD_INHERIT_SCHED = 0
/** A new thread is scheduled as the attributes say. */
export const PTHREAD_EXPLICIT_SCHED = 1
/** Threads compete with those of all processes: the only scope there is. */
export const PTHREAD_SCOPE_SYSTEM = 0
/** Threads compete within their process. Not supported, as in Linux. */
export const PTHREAD_SCOPE_PROCESS = 1

/** `SCHED_OTHER`, `SCHED_FIFO` or `SCHED_RR`. Counts with `PTHREAD_EXPLICIT_SCHED`. Throws `EINVAL`. */
export function pthread_attr_setschedpolicy(attr: pthread_attr_t, policy: number): void {
  sched_get_priority_min(policy) // throws if it is none
  attr.schedpolicy = policy
}

/** `SCHED_OTHER`, `SCHED_FIFO` or `SCHED_RR`. */
export const pthread_attr_getschedpolicy = (attr: pthread_attr_t): number => attr.schedpolicy ?? SCHED_OTHER

/** The priority. Counts with `PTHREAD_EXPLICIT_SCHED`, and is held against the policy then. Throws `EINVAL`. */
export function pthread_attr_setschedparam(attr: pthread_attr_t, param: sched_param): void {
  attr.priority = readParam('pthread_attr_setschedparam', param)
}

/** The priority. */
export const pthread_attr_getschedparam = (attr: pthread_attr_t): sched_param => ({ priority: priorityOf(attr) })

/** `PTHREAD_INHERIT_SCHED` or `PTHREAD_EXPLICIT_SCHED`. Throws `EINVAL`. */
export function pthread_attr_setinheritsched(attr: pthread_attr_t, inherit: number): void {
  checkInherit('pthread_attr_setinheritsched', inherit)
  attr.inheritsched = inherit
}

/** `PTHREAD_INHERIT_SCHED` or `PTHREAD_EXPLICIT_SCHED`. */
export const pthread_attr_getinheritsched = (attr: pthread_attr_t): number =>
  isExplicit(attr) ? PTHREAD_EXPLICIT_SCHED : PTHREAD_INHERIT_SCHED

/** `PTHREAD_SCOPE_SYSTEM`. Throws `ENOTSUP` for `PTHREAD_SCOPE_PROCESS`, else `EINVAL`. */
export function pthread_attr_setscope(attr: pthread_attr_t, scope: number): void {
  checkScope('pthread_attr_setscope', scope)
  attr.scope = scope
}

/** `PTHREAD_SCOPE_SYSTEM`. */
export const pthread_attr_getscope = (attr: pthread_attr_t): number => attr.scope ?? PTHREAD_SCOPE_SYSTEM

/** How attributes have a new thread scheduled; `undefined`: as its creator. Throws `EINVAL`. */
export function schedulingFrom(attr: pthread_attr_t): SchedulingParameters | undefined {
  if (attr.inheritsched !== undefined) checkInherit('pthread_create', attr.inheritsched)
  if (!isExplicit(attr)) return undefined
  const scheduling = readScheduling(attr.schedpolicy ?? SCHED_OTHER, priorityOf(attr))
  if ('code' in scheduling) throw new PosixError(scheduling.code as ErrorCode, 'pthread_create', scheduling.explanation)
  return scheduling
}

/** Throws unless this is the scope that there is, or none. */
export function checkScope(syscall: string, scope: number | undefined): void {
  if (scope === undefined || scope === PTHREAD_SCOPE_SYSTEM) return
  if (scope === PTHREAD_SCOPE_PROCESS) {
    const explanation = 'threads compete with those of all processes: PTHREAD_SCOPE_SYSTEM is the only scope'
    throw new PosixError('ENOTSUP', syscall, explanation)
  }
  const explanation = `the scope ${String(scope)} is neither PTHREAD_SCOPE_SYSTEM nor PTHREAD_SCOPE_PROCESS`
  throw new PosixError('EINVAL', syscall, explanation)
}

/** Without a word on it, attributes that name a policy or a priority mean it. */
const isExplicit = ({ inheritsched, schedpolicy, priority }: pthread_attr_t): boolean =>
  inheritsched === undefined
    ? schedpolicy !== undefined || priority !== undefined
    : inheritsched === PTHREAD_EXPLICIT_SCHED

/** Without a word on it, the lowest of its policy. */
const priorityOf = ({ schedpolicy = SCHED_OTHER, priority }: pthread_attr_t): number =>
  priority ?? sched_get_priority_min(schedpolicy)

function checkInherit(syscall: string, inherit: number): void {
  if (inherit === PTHREAD_INHERIT_SCHED || inherit === PTHREAD_EXPLICIT_SCHED) return
  const explanation = `${String(inherit)} is neither PTHREAD_INHERIT_SCHED nor PTHREAD_EXPLICIT_SCHED`
  throw new PosixError('EINVAL', syscall, explanation)
}
