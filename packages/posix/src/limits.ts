import { addressSpaceLimit } from '@atoll/address-space'
import { PosixError, systemCall } from '@atoll/kernel'

/** How much a process can map, in bytes. */
export const RLIMIT_AS = 9
/** No limit. */
export const RLIM_INFINITY = Infinity

/** A soft limit, which counts, and the hard limit up to which the process may raise it. */
export interface rlimit {
  readonly soft: number
  readonly hard: number
}

/**
 * The limits of a resource of the calling process. `RLIMIT_AS` is the only one yet.
 *
 * @throws PosixError `EINVAL` (no such resource).
 */
export const getrlimit = systemCall<(resource: number) => Promise<rlimit>>('getrlimit', (resource: number) => {
  checkResource('getrlimit', resource)
  return addressSpaceLimit('getrlimit', null)
})

/**
 * Limits a resource of the calling process, on every kernel.
 *
 * @throws PosixError `EINVAL` (no such resource, not a limit, the soft one above the hard one), `EPERM` (the hard limit would be raised).
 */
export const setrlimit = systemCall<(resource: number, limits: rlimit) => Promise<void>>(
  'setrlimit',
  (resource: number, limits: rlimit) => {
    checkResource('setrlimit', resource)
    const { soft, hard } = limits
    checkLimit('soft', soft)
    checkLimit('hard', hard)
    if (soft <= hard) return addressSpaceLimit('setrlimit', { soft, hard })
    throw new PosixError('EINVAL', 'setrlimit', `the soft limit ${soft} is above the hard limit ${hard}`)
  },
)

function checkResource(syscall: string, resource: number): void {
  if (resource === RLIMIT_AS) return
  const explanation = `${String(resource)} is not the number of a resource that this system limits: RLIMIT_AS is the only one`
  throw new PosixError('EINVAL', syscall, explanation)
}

function checkLimit(name: string, value: number): void {
  if (value === RLIM_INFINITY || (Number.isSafeInteger(value) && value >= 0)) return
  throw new PosixError('EINVAL', 'setrlimit', `${name} ${String(value)} is neither a number of bytes nor RLIM_INFINITY`)
}
