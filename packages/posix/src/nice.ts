import {
  block,
  callingThread,
  homeWaitCode,
  originOf,
  PosixError,
  processes,
  systemCall,
  type NiceChange,
} from '@atoll/kernel'
import { readHandle, type pid_t } from './identity.js'

/** Nice values go from −NZERO to NZERO − 1. */
export const NZERO = 20
/** `getpriority`, `setpriority`: of a process. */
export const PRIO_PROCESS = 0
/** `getpriority`, `setpriority`: of a process group. Not supported yet. */
export const PRIO_PGRP = 1
/** `getpriority`, `setpriority`: of a user's processes. Not supported yet. */
export const PRIO_USER = 2

/**
 * Adds to the process's nice value, and returns the new one: −20 … 19, what is beyond counts as the end. The higher, the less of a kernel's time
 * its threads have beside others that are not real-time ones: 10 % less for each step. In force on every kernel once it returns. Every process may
 * lower its own: all belong to the user who runs the system.
 *
 * @throws PosixError `EINVAL`: not an integer.
 */
export const nice = systemCall<(increment: number) => Promise<number>>('nice', (increment: number) =>
  askNice('nice', 0, { value: readNice('nice', increment), relative: true }),
)

/**
 * The nice value, −20 … 19, of process `who` (0: the caller's).
 *
 * @throws PosixError `EINVAL`, `ESRCH`, `ENOTSUP` (`which` is not `PRIO_PROCESS`).
 */
export const getpriority = systemCall<(which: number, who: pid_t) => Promise<number>>(
  'getpriority',
  (which: number, who: pid_t) => {
    checkWhich('getpriority', which)
    const { nice: own, pid } = callingThread('getpriority').process
    return who === 0 || who === pid ? own : askNice('getpriority', who, null)
  },
)

/**
 * Sets the nice value of process `who` (0: the caller's), see `nice`.
 *
 * @throws PosixError `EINVAL`, `ESRCH`, `ENOTSUP` (`which` is not `PRIO_PROCESS`).
 */
export const setpriority = systemCall<(which: number, who: pid_t, value: number) => Promise<void>>(
  'setpriority',
  (which: number, who: pid_t, value: number) => {
    checkWhich('setpriority', which)
    return askNice('setpriority', who, { value: readNice('setpriority', value), relative: false })
  },
)

function askNice(syscall: string, who: number, change: NiceChange | null): ReturnType<typeof block> {
  const { kernel, pid } = callingThread(syscall).process
  const target = who === 0 ? pid : readHandle(syscall, who)
  const home = originOf(target)
  if (!kernel.membership.isAlive(home)) throw new PosixError('ESRCH', syscall, `there is no process ${target}`)
  return block(kernel, { $f: NICE, $p: 0, $c: null, home, pid, target, change, syscall })
}

interface NiceSlots {
  readonly pid: number
  readonly target: number
  readonly change: NiceChange | null
  readonly syscall: string
}

const NICE = homeWaitCode<NiceSlots>('setpriority', {
  slots: ['pid', 'target', 'change', 'syscall'],
  request: ({ home, pid, target, change }, reference, { messenger }) => {
    const asked = { ...reference, pid, target, relative: change?.relative ?? false }
    messenger.send(home, processes.nice, change === null ? asked : { ...asked, change: change.value })
  },
  result: (value, frame) => (frame['syscall'] === 'setpriority' ? undefined : value),
})

/** A nice value, or a change of one, in the range in which it still says something. Throws `EINVAL`. */
function readNice(syscall: string, value: number): number {
  if (Number.isInteger(value)) return Math.min(2 * NZERO, Math.max(-2 * NZERO, value))
  throw new PosixError('EINVAL', syscall, `${String(value)} is not an integer`)
}

function checkWhich(syscall: string, which: number): void {
  if (which === PRIO_PROCESS) return
  if (which === PRIO_PGRP || which === PRIO_USER) {
    const explanation = 'there are no process groups and users yet: PRIO_PROCESS is the only choice'
    throw new PosixError('ENOTSUP', syscall, explanation)
  }
  throw new PosixError('EINVAL', syscall, `${String(which)} is none of PRIO_PROCESS, PRIO_PGRP, PRIO_USER`)
}
