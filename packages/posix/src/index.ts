/**
 * The application API of Atoll: POSIX's names and meanings, TypeScript's shapes. Programs import it, and are compiled and run by `atoll run`
 * or `System.spawn`.
 *
 * @packageDocumentation
 */
export { PosixError, type ErrorCode } from '@atoll/kernel'
export type { KernelInfo } from '@atoll/kernel'
export { atoll } from './atoll.js'
export {
  pthread_attr_destroy,
  pthread_attr_getaffinity_np,
  pthread_attr_getdetachstate,
  pthread_attr_getstacksize,
  pthread_attr_init,
  pthread_attr_setaffinity_np,
  pthread_attr_setdetachstate,
  pthread_attr_setstacksize,
  PTHREAD_CREATE_DETACHED,
  PTHREAD_CREATE_JOINABLE,
  PTHREAD_STACK_MIN,
} from './attributes.js'
export type { pthread_attr_t } from './attribute-object.js'
export {
  pthread_cancel,
  PTHREAD_CANCEL_ASYNCHRONOUS,
  PTHREAD_CANCEL_DEFERRED,
  PTHREAD_CANCEL_DISABLE,
  PTHREAD_CANCEL_ENABLE,
  PTHREAD_CANCELED,
  pthread_setcancelstate,
  pthread_setcanceltype,
  pthread_testcancel,
} from './cancellation.js'
export { pthread_cleanup_pop, pthread_cleanup_push } from './cleanup.js'
export {
  pthread_cond_broadcast,
  pthread_cond_destroy,
  pthread_cond_init,
  pthread_cond_signal,
  pthread_cond_timedwait,
  pthread_cond_wait,
  pthread_condattr_destroy,
  pthread_condattr_getclock,
  pthread_condattr_getpshared,
  pthread_condattr_init,
  pthread_condattr_setclock,
  pthread_condattr_setpshared,
  type pthread_cond_t,
  type pthread_condattr_t,
} from './condition.js'
export { CPU_CLR, CPU_COUNT, CPU_ISSET, CPU_SET, CPU_SETSIZE, CPU_ZERO, type cpu_set, type CpuSet } from './cpu-set.js'
export { pthread_atfork, type ForkHandler } from './fork-handlers.js'
export { aligned_alloc, calloc, free, malloc, malloc_usable_size, realloc } from './heap.js'
export { getpid, gettid, pthread_equal, pthread_self, type pid_t, type pthread_t } from './identity.js'
export * from './layout.js'
export {
  pthread_mutex_destroy,
  pthread_mutex_init,
  pthread_mutex_lock,
  pthread_mutex_timedlock,
  pthread_mutex_trylock,
  pthread_mutex_unlock,
  type pthread_mutex_t,
} from './mutex.js'
export {
  pthread_mutexattr_destroy,
  pthread_mutexattr_getprioceiling,
  pthread_mutexattr_getprotocol,
  pthread_mutexattr_getpshared,
  pthread_mutexattr_getrobust,
  pthread_mutexattr_gettype,
  pthread_mutexattr_init,
  pthread_mutexattr_setprioceiling,
  pthread_mutexattr_setprotocol,
  pthread_mutexattr_setpshared,
  pthread_mutexattr_setrobust,
  pthread_mutexattr_settype,
  PTHREAD_MUTEX_DEFAULT,
  PTHREAD_MUTEX_ERRORCHECK,
  PTHREAD_MUTEX_NORMAL,
  PTHREAD_MUTEX_RECURSIVE,
  PTHREAD_MUTEX_ROBUST,
  PTHREAD_MUTEX_STALLED,
  PTHREAD_PRIO_INHERIT,
  PTHREAD_PRIO_NONE,
  PTHREAD_PRIO_PROTECT,
  PTHREAD_PROCESS_PRIVATE,
  PTHREAD_PROCESS_SHARED,
  type pthread_mutexattr_t,
} from './mutex-attributes.js'
export { pthread_once, pthread_once_init, type pthread_once_t } from './once.js'
export { atexit, exit, EXIT_FAILURE, EXIT_SUCCESS } from './processes.js'
export * from './scheduling.js'
export {
  pthread_attr_getinheritsched,
  pthread_attr_getschedparam,
  pthread_attr_getschedpolicy,
  pthread_attr_getscope,
  pthread_attr_setinheritsched,
  pthread_attr_setschedparam,
  pthread_attr_setschedpolicy,
  pthread_attr_setscope,
  PTHREAD_EXPLICIT_SCHED,
  PTHREAD_INHERIT_SCHED,
  PTHREAD_SCOPE_PROCESS,
  PTHREAD_SCOPE_SYSTEM,
} from './scheduling-attributes.js'
export {
  pthread_getschedparam,
  pthread_setschedparam,
  pthread_setschedprio,
  SCHED_FIFO,
  sched_get_priority_max,
  sched_get_priority_min,
  sched_getscheduler,
  SCHED_OTHER,
  SCHED_RR,
  sched_rr_get_interval,
  sched_setscheduler,
  type sched_param,
  type ThreadScheduling,
} from './policies.js'
export { getpriority, nice, NZERO, PRIO_PGRP, PRIO_PROCESS, PRIO_USER, setpriority } from './nice.js'
export {
  pthread_getspecific,
  pthread_key_create,
  pthread_key_delete,
  pthread_setspecific,
  PTHREAD_DESTRUCTOR_ITERATIONS,
  PTHREAD_KEYS_MAX,
  type pthread_key_t,
} from './specific.js'
export {
  pthread_create,
  pthread_detach,
  pthread_exit,
  pthread_getname_np,
  pthread_join,
  pthread_setname_np,
  pthread_timedjoin_np,
  pthread_tryjoin_np,
  type Joined,
  type StartRoutine,
} from './threads.js'
export {
  CLOCK_MONOTONIC,
  CLOCK_REALTIME,
  clock_getres,
  clock_gettime,
  clock_nanosleep,
  nanosleep,
  sleep,
  time,
  TIMER_ABSTIME,
  usleep,
  type Duration,
  type timespec,
} from './time.js'
export {
  close,
  ftruncate,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  open,
  shm_open,
  shm_unlink,
  type fd,
} from './descriptors.js'
export { getrlimit, RLIM_INFINITY, RLIMIT_AS, setrlimit, type rlimit } from './limits.js'
export {
  brk,
  madvise,
  MADV_DONTNEED,
  MADV_NORMAL,
  MADV_RANDOM,
  MADV_SEQUENTIAL,
  MADV_WILLNEED,
  MAP_ANON,
  MAP_ANONYMOUS,
  MAP_FAILED,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_NORESERVE,
  MAP_POPULATE,
  MAP_PRIVATE,
  MAP_RELEASE,
  MAP_SHARED,
  MAP_SHARED_VALIDATE,
  MAP_STACK,
  MREMAP_FIXED,
  MREMAP_MAYMOVE,
  MS_ASYNC,
  MS_INVALIDATE,
  MS_SYNC,
  PAGE_SIZE,
  POSIX_MADV_DONTNEED,
  POSIX_MADV_NORMAL,
  POSIX_MADV_RANDOM,
  POSIX_MADV_SEQUENTIAL,
  POSIX_MADV_WILLNEED,
  PROT_EXEC,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
  mmap,
  mprotect,
  mremap,
  msync,
  munmap,
  sbrk,
  type Ptr,
} from './memory.js'

export * from './scalars.js'
export { copyin, copyout, unview, view, type ViewCall } from './blocks.js'
