import { PosixError, type ErrorCode, type SchedulingParameters } from '@atoll/kernel'
import type { pthread_attr_t } from './attribute-object.js'
import { readCpuSet, type cpu_set, type CpuSet } from './cpu-set.js'
import { checkScope, PTHREAD_INHERIT_SCHED, schedulingFrom } from './scheduling-attributes.js'

/** A joinable thread: `pthread_join` waits for it and gets its result. */
export const PTHREAD_CREATE_JOINABLE = 0
/** A thread that nobody joins. */
export const PTHREAD_CREATE_DETACHED = 1
/** The least stack size, in bytes. */
export const PTHREAD_STACK_MIN = 16_384

const FIELDS: ReadonlySet<string> = new Set([
  ...['detached', 'cpus', 'name', 'stacksize'],
  ...['schedpolicy', 'priority', 'inheritsched', 'scope'],
])
/** Attributes that POSIX has and this version refuses. */
const LATER: ReadonlySet<string> = new Set(['sigmask'])

const DEFAULT_STACK_BYTES = 8 * 1024 * 1024

/** An attribute object with the defaults. */
export const pthread_attr_init = (): pthread_attr_t => ({ inheritsched: PTHREAD_INHERIT_SCHED })

/** Attribute objects hold nothing to give back; for symmetry with C. */
export const pthread_attr_destroy = (attr: pthread_attr_t): void => {
  for (const key of Object.keys(attr)) Reflect.deleteProperty(attr, key)
}

/** `PTHREAD_CREATE_JOINABLE` or `PTHREAD_CREATE_DETACHED`. */
export function pthread_attr_setdetachstate(attr: pthread_attr_t, state: number): void {
  if (state !== PTHREAD_CREATE_JOINABLE && state !== PTHREAD_CREATE_DETACHED) {
    const explanation = `the detach state ${state} is neither PTHREAD_CREATE_JOINABLE nor PTHREAD_CREATE_DETACHED`
    throw new PosixError('EINVAL', 'pthread_attr_setdetachstate', explanation)
  }
  attr.detached = state === PTHREAD_CREATE_DETACHED
}

/** `PTHREAD_CREATE_JOINABLE` or `PTHREAD_CREATE_DETACHED`. */
export const pthread_attr_getdetachstate = (attr: pthread_attr_t): number =>
  attr.detached ? PTHREAD_CREATE_DETACHED : PTHREAD_CREATE_JOINABLE

/** CPUs that the thread may run on. */
export function pthread_attr_setaffinity_np(attr: pthread_attr_t, cpus: cpu_set): void {
  attr.cpus = readCpuSet('pthread_attr_setaffinity_np', cpus)
}

/** CPUs that the thread may run on; `undefined` if that was not restricted. */
export const pthread_attr_getaffinity_np = (attr: pthread_attr_t): CpuSet | undefined =>
  attr.cpus === undefined ? undefined : new Set(attr.cpus)

/** In bytes, at least `PTHREAD_STACK_MIN`. Recorded, without effect: stacks grow as they need. */
export function pthread_attr_setstacksize(attr: pthread_attr_t, bytes: number): void {
  if (!Number.isInteger(bytes) || bytes < PTHREAD_STACK_MIN) {
    const explanation = `the stack size ${bytes} is not an integer of at least PTHREAD_STACK_MIN (${PTHREAD_STACK_MIN})`
    throw new PosixError('EINVAL', 'pthread_attr_setstacksize', explanation)
  }
  attr.stacksize = bytes
}

/** In bytes. */
export const pthread_attr_getstacksize = (attr: pthread_attr_t): number => attr.stacksize ?? DEFAULT_STACK_BYTES

/** The attributes as `pthread_create` takes them. Throws `EINVAL` or `ENOTSUP`, naming what is wrong. */
export function readAttributes(attr: pthread_attr_t | null): {
  cpus: number[] | undefined
  detached: boolean
  name: string
  scheduling: SchedulingParameters | undefined
} {
  if (attr === null) return { cpus: undefined, detached: false, name: '', scheduling: undefined }
  if (typeof attr !== 'object') throw refusal('EINVAL', `the attributes are ${typeof attr}, not an object or null`)
  for (const key of Object.keys(attr)) {
    if (LATER.has(key)) throw refusal('ENOTSUP', `the attribute '${key}' is not supported yet: leave it out`)
    if (!FIELDS.has(key))
      throw refusal('EINVAL', `there is no attribute '${key}'; there are: ${[...FIELDS].join(', ')}`)
  }
  checkScope('pthread_create', attr.scope)
  const { cpus, detached = false, name = '' } = attr
  return {
    cpus: cpus === undefined ? undefined : readCpuSet('pthread_create', cpus),
    detached,
    name: readName('pthread_create', name),
    scheduling: schedulingFrom(attr),
  }
}

/** Linux: 16 bytes with the terminator. */
const NAME_BYTES = 15

/** A thread's name, if it is one. Throws `ERANGE`. */
export function readName(syscall: string, name: string): string {
  if (typeof name !== 'string') throw new PosixError('EINVAL', syscall, `the name is ${typeof name}, not a string`)
  const bytes = Buffer.byteLength(name)
  if (bytes > NAME_BYTES)
    throw new PosixError('ERANGE', syscall, `the name '${name}' has ${bytes} bytes, more than ${NAME_BYTES}`)
  return name
}

const refusal = (code: ErrorCode, explanation: string): PosixError =>
  new PosixError(code, 'pthread_create', explanation)
