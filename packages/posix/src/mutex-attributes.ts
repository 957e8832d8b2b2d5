import { PosixError } from '@atoll/kernel'

/** Locking it again waits for ever. Unlocking what the caller does not hold throws `EPERM`. */
export const PTHREAD_MUTEX_NORMAL = 0
/** Its owner can lock it again; it is free after as many unlocks. */
export const PTHREAD_MUTEX_RECURSIVE = 1
/** Locking it again throws `EDEADLK`. */
export const PTHREAD_MUTEX_ERRORCHECK = 2
/** What a mutex is that was told nothing. */
export const PTHREAD_MUTEX_DEFAULT = PTHREAD_MUTEX_NORMAL
/** For threads of the process that made it. */
export const PTHREAD_PROCESS_PRIVATE = 0
/** For threads of all processes. */
export const PTHREAD_PROCESS_SHARED = 1
/** If its owner ends, it stays locked. */
export const PTHREAD_MUTEX_STALLED = 0
/** If its owner ends, the next one is told: refused in this version. */
export const PTHREAD_MUTEX_ROBUST = 1
/** Its owner's priority does not change. */
export const PTHREAD_PRIO_NONE = 0
/** Its owner has the priority of whoever waits for it: recorded, without effect. */
export const PTHREAD_PRIO_INHERIT = 1
/** Its owner has its priority ceiling: recorded, without effect. */
export const PTHREAD_PRIO_PROTECT = 2

/** Attributes of a new mutex: what `pthread_mutexattr_init` makes, or a literal. Each is optional. */
export interface pthread_mutexattr_t {
  /** `PTHREAD_MUTEX_…`. @default `PTHREAD_MUTEX_DEFAULT` */
  type?: number
  /** `PTHREAD_PROCESS_…`. @default `PTHREAD_PROCESS_PRIVATE` */
  pshared?: number
  /** `PTHREAD_MUTEX_STALLED` or `PTHREAD_MUTEX_ROBUST`. @default `PTHREAD_MUTEX_STALLED` */
  robust?: number
  /** `PTHREAD_PRIO_…`. @default `PTHREAD_PRIO_NONE` */
  protocol?: number
  /** A priority of `SCHED_FIFO`. @default the lowest */
  prioceiling?: number
}

type Name = keyof pthread_mutexattr_t

const CEILING = { least: 1, greatest: 99 }

/** What each attribute can be. */
const VALUES: Readonly<Record<Exclude<Name, 'prioceiling'>, readonly number[]>> = {
  type: [PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ERRORCHECK],
  pshared: [PTHREAD_PROCESS_PRIVATE, PTHREAD_PROCESS_SHARED],
  robust: [PTHREAD_MUTEX_STALLED, PTHREAD_MUTEX_ROBUST],
  protocol: [PTHREAD_PRIO_NONE, PTHREAD_PRIO_INHERIT, PTHREAD_PRIO_PROTECT],
}

const isName = (name: string): name is Name => Object.hasOwn(VALUES, name) || name === 'prioceiling'

const isValue = (name: Name, value: number): boolean =>
  name === 'prioceiling'
    ? Number.isInteger(value) && value >= CEILING.least && value <= CEILING.greatest
    : VALUES[name].includes(value)

function checkValue(syscall: string, name: Name, value: number): void {
  if (isValue(name, value)) return
  const explanation = `${String(value)} is no value of the mutex attribute '${name}'`
  throw new PosixError('EINVAL', syscall, explanation)
}

function checkAttributes(syscall: string, attr: pthread_mutexattr_t): void {
  if (typeof attr !== 'object' || attr === null)
    throw new PosixError('EINVAL', syscall, `the mutex attributes are ${String(attr)}, not an object`)
}

const setter =
  (syscall: string, name: Name) =>
  (attr: pthread_mutexattr_t, value: number): void => {
    checkAttributes(syscall, attr)
    checkValue(syscall, name, value)
    attr[name] = value
  }

const getter =
  (syscall: string, name: Name, otherwise: number) =>
  (attr: pthread_mutexattr_t): number => {
    checkAttributes(syscall, attr)
    return attr[name] ?? otherwise
  }

/** An attribute object with the defaults. */
export const pthread_mutexattr_init = (): pthread_mutexattr_t => ({})

/** Attribute objects hold nothing to give back; for symmetry with C. */
export const pthread_mutexattr_destroy = (attr: pthread_mutexattr_t): void => {
  checkAttributes('pthread_mutexattr_destroy', attr)
  for (const key of Object.keys(attr)) Reflect.deleteProperty(attr, key)
}

/** `PTHREAD_MUTEX_NORMAL`, `PTHREAD_MUTEX_RECURSIVE`, `PTHREAD_MUTEX_ERRORCHECK` or `PTHREAD_MUTEX_DEFAULT`. Throws `EINVAL` for others. */
export const pthread_mutexattr_settype = setter('pthread_mutexattr_settype', 'type')
/** See {@link pthread_mutexattr_settype}. */
export const pthread_mutexattr_gettype = getter('pthread_mutexattr_gettype', 'type', PTHREAD_MUTEX_DEFAULT)
/** `PTHREAD_PROCESS_PRIVATE` or `PTHREAD_PROCESS_SHARED`. Throws `EINVAL` for others. */
export const pthread_mutexattr_setpshared = setter('pthread_mutexattr_setpshared', 'pshared')
/** See {@link pthread_mutexattr_setpshared}. */
export const pthread_mutexattr_getpshared = getter('pthread_mutexattr_getpshared', 'pshared', PTHREAD_PROCESS_PRIVATE)
/** `PTHREAD_MUTEX_STALLED` or `PTHREAD_MUTEX_ROBUST`. Throws `EINVAL` for others. */
export const pthread_mutexattr_setrobust = setter('pthread_mutexattr_setrobust', 'robust')
/** See {@link pthread_mutexattr_setrobust}. */
export const pthread_mutexattr_getrobust = getter('pthread_mutexattr_getrobust', 'robust', PTHREAD_MUTEX_STALLED)
/** `PTHREAD_PRIO_NONE`, `PTHREAD_PRIO_INHERIT` or `PTHREAD_PRIO_PROTECT`: recorded, without effect. Throws `EINVAL` for others. */
export const pthread_mutexattr_setprotocol = setter('pthread_mutexattr_setprotocol', 'protocol')
/** See {@link pthread_mutexattr_setprotocol}. */
export const pthread_mutexattr_getprotocol = getter('pthread_mutexattr_getprotocol', 'protocol', PTHREAD_PRIO_NONE)
/** A priority of `SCHED_FIFO`: recorded, without effect. Throws `EINVAL` for others. */
export const pthread_mutexattr_setprioceiling = setter('pthread_mutexattr_setprioceiling', 'prioceiling')
/** See {@link pthread_mutexattr_setprioceiling}. */
export const pthread_mutexattr_getprioceiling = getter('pthread_mutexattr_getprioceiling', 'prioceiling', CEILING.least)

/** The attributes as `pthread_mutex_init` takes them. Throws `EINVAL` or `ENOTSUP`, naming what is wrong. */
export function readMutexAttributes(attr: pthread_mutexattr_t | null): { type: number; isShared: boolean } {
  const syscall = 'pthread_mutex_init'
  if (attr === null) return { type: PTHREAD_MUTEX_DEFAULT, isShared: false }
  checkAttributes(syscall, attr)
  for (const [name, value] of Object.entries(attr)) {
    if (!isName(name)) throw new PosixError('EINVAL', syscall, `there is no mutex attribute '${name}'`)
    if (value !== undefined) checkValue(syscall, name, value as number)
  }
  if (attr.robust === PTHREAD_MUTEX_ROBUST)
    throw new PosixError('ENOTSUP', syscall, 'robust mutexes are not supported yet: leave the attribute out')
  return { type: attr.type ?? PTHREAD_MUTEX_DEFAULT, isShared: attr.pshared === PTHREAD_PROCESS_SHARED }
}
