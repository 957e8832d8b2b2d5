import type { cpu_set } from './cpu-set.js'

/** Attributes of a new thread: what `pthread_attr_init` makes, or a literal. Each is optional. */
export interface pthread_attr_t {
  /** Nobody will join it. @default false */
  detached?: boolean
  /** CPUs it may run on. @default those of its creator */
  cpus?: cpu_set
  /** Its name, at most 15 characters. @default `''` */
  name?: string
  /** In bytes; recorded, without effect: stacks grow as they need. @default 8 MiB */
  stacksize?: number
  /** `SCHED_OTHER`, `SCHED_FIFO` or `SCHED_RR`. @default that of its creator */
  schedpolicy?: number
  /** A priority of `schedpolicy`. @default the lowest */
  priority?: number
  /**
   * `PTHREAD_INHERIT_SCHED`: `schedpolicy` and `priority` do not count, those of the creator do. @default `PTHREAD_EXPLICIT_SCHED` if
   * `schedpolicy` or `priority` is there; what `pthread_attr_init` makes says `PTHREAD_INHERIT_SCHED`
   */
  inheritsched?: number
  /** `PTHREAD_SCOPE_SYSTEM`: threads compete with those of all processes. @default so */
  scope?: number
}
