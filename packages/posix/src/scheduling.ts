import {
  block,
  callingKernel,
  callingThread,
  cpuOf,
  homeWaitCode,
  nodesOf,
  PosixError,
  processes,
  readyFrame,
  registers,
  systemCall,
  type Kernel,
} from '@atoll/kernel'
import { keepHere } from '@atoll/migration'
import { readCpuSet, type cpu_set, type CpuSet } from './cpu-set.js'
import { readHandle, type pid_t, type pthread_t } from './identity.js'

/** Lets the other ready threads of this kernel run: those of the same priority, if the caller is a real-time thread. */
export const sched_yield = systemCall<() => Promise<void>>('sched_yield', () => {
  callingKernel('sched_yield').scheduler.yield()
  return registers.suspend(readyFrame(undefined))
})

/**
 * Restricts a thread (0: the caller) to a set of CPUs, and takes it to one of them: a CPU is a kernel, so the thread moves there, in the midst of what it does.
 *
 * @throws PosixError `EINVAL` (not a set, or none of it is online), `ESRCH`, `ENOTSUP` (it holds something that can't move: named).
 */
export const sched_setaffinity = systemCall<(tid: pid_t, cpus: cpu_set) => Promise<void>>(
  'sched_setaffinity',
  (tid: pid_t, cpus: cpu_set) => setAffinity('sched_setaffinity', tid, cpus),
)

/**
 * The CPUs that a thread (0: the caller) may run on, of those that are online.
 *
 * @throws PosixError `ESRCH`.
 */
export const sched_getaffinity = systemCall<(tid: pid_t) => Promise<CpuSet>>('sched_getaffinity', (tid: pid_t) =>
  getAffinity('sched_getaffinity', tid),
)

/** As `sched_setaffinity`, for a thread's handle. */
export const pthread_setaffinity_np = systemCall<(thread: pthread_t, cpus: cpu_set) => Promise<void>>(
  'pthread_setaffinity_np',
  (thread: pthread_t, cpus: cpu_set) => setAffinity('pthread_setaffinity_np', thread, cpus),
)

/** As `sched_getaffinity`, for a thread's handle. */
export const pthread_getaffinity_np = systemCall<(thread: pthread_t) => Promise<CpuSet>>(
  'pthread_getaffinity_np',
  (thread: pthread_t) => getAffinity('pthread_getaffinity_np', thread),
)

/** The CPU that the caller runs on. */
export const sched_getcpu = (): number => cpuOf(callingKernel('sched_getcpu').id)

/** The CPU that the caller runs on, and the number of its node: nodes are numbered from 0, in the order in which their first kernels were started. */
export function getcpu(): { readonly cpu: number; readonly node: number } {
  const { id, membership } = callingKernel('getcpu')
  const own = membership.get(id)?.node.name
  return { cpu: cpuOf(id), node: nodesOf(membership.all()).findIndex(({ name }) => name === own) }
}

function setAffinity(syscall: string, tid: number, cpus: cpu_set): unknown {
  const thread = callingThread(syscall)
  const set = readCpuSet(syscall, cpus)
  const target = readHandle(syscall, tid)
  const { kernel, origin, pid } = thread.process
  if (target === 0 || target === thread.tid) return keepHere(thread, set, syscall)
  return block(kernel, { $f: SET_AFFINITY, $p: 0, $c: null, home: origin, pid, target, cpus: set, syscall })
}

function getAffinity(syscall: string, tid: number): unknown {
  const thread = callingThread(syscall)
  const target = readHandle(syscall, tid)
  const { kernel, origin, pid } = thread.process
  if (target === 0 || target === thread.tid) return online(kernel, thread.affinity)
  return block(kernel, { $f: GET_AFFINITY, $p: 0, $c: null, home: origin, pid, target, syscall })
}

/** Those of `cpus` (`null`: of all) that are online. */
function online({ membership }: Kernel, cpus: readonly number[] | null): CpuSet {
  const alive = membership.alive().map(({ id }) => cpuOf(id))
  return new Set(alive.filter((cpu) => cpus === null || cpus.includes(cpu)))
}

interface AffinitySlots {
  readonly pid: number
  readonly target: number
  readonly syscall: string
}

const GET_AFFINITY = homeWaitCode<AffinitySlots>('sched_getaffinity', {
  slots: ['pid', 'target', 'syscall'],
  request: ({ home, pid, target }, reference, { messenger }) => {
    messenger.send(home, processes.affinity, { ...reference, pid, target })
  },
  result: (cpus) => online(callingKernel('sched_getaffinity'), cpus as number[] | null),
})

const SET_AFFINITY = homeWaitCode<AffinitySlots & { readonly cpus: readonly number[] }>('sched_setaffinity', {
  slots: ['pid', 'target', 'cpus', 'syscall'],
  request: ({ home, pid, target, cpus }, reference, { messenger }) => {
    messenger.send(home, processes.setAffinity, { ...reference, pid, target, cpus })
  },
})

// `sysconf` names, with Linux's numbers.

/** Clock ticks per second. */
export const _SC_CLK_TCK = 2
/** Bytes of a page. */
export const _SC_PAGESIZE = 30
/** Bytes of a page. */
export const _SC_PAGE_SIZE = 30
/** How often destructors are run for values that destructors set again. */
export const _SC_THREAD_DESTRUCTOR_ITERATIONS = 73
/** How many keys a process can have on one kernel. */
export const _SC_THREAD_KEYS_MAX = 74
/** The least stack size, in bytes. */
export const _SC_THREAD_STACK_MIN = 75
/** CPUs that the system has or had. */
export const _SC_NPROCESSORS_CONF = 83
/** CPUs that are online: living kernels. */
export const _SC_NPROCESSORS_ONLN = 84

/**
 * A property of the system.
 *
 * @throws PosixError `EINVAL`: not a name that this system knows.
 */
export function sysconf(name: number): number {
  switch (name) {
    case _SC_NPROCESSORS_ONLN:
      return callingKernel('sysconf').membership.alive().length
    case _SC_NPROCESSORS_CONF:
      return callingKernel('sysconf').membership.all().length
    case _SC_PAGESIZE:
      return 4096
    case _SC_CLK_TCK:
      return 100
    case _SC_THREAD_KEYS_MAX:
      return 1024
    case _SC_THREAD_DESTRUCTOR_ITERATIONS:
      return 4
    case _SC_THREAD_STACK_MIN:
      return 16_384
    default:
      throw new PosixError(
        'EINVAL',
        'sysconf',
        `${String(name)} is not the number of a property (_SC_…) that this system knows`,
      )
  }
}
