/** How a thread is scheduled, with Linux's numbers: `SCHED_OTHER`, `SCHED_FIFO`, `SCHED_RR`. */
export const SchedulingPolicy = { other: 0, fifo: 1, rr: 2 } as const

/** One of {@link SchedulingPolicy}. */
export type SchedulingPolicy = (typeof SchedulingPolicy)[keyof typeof SchedulingPolicy]

/** The lowest and the highest priority of real-time threads (`SCHED_FIFO`, `SCHED_RR`); other threads have priority 0. */
export const REALTIME_PRIORITIES = { min: 1, max: 99 } as const

/** How much a process asks to be preferred (low) or to stand back (high): `nice`, for its threads that are not real-time ones. */
export const NICE = { min: -20, max: 19 } as const

/** How one thread is scheduled. `priority` is 0 for `SchedulingPolicy.other`. */
export interface SchedulingParameters {
  readonly policy: SchedulingPolicy
  readonly priority: number
}

/** How threads are scheduled that were told nothing else: in turns. */
export const DEFAULT_SCHEDULING: SchedulingParameters = { policy: SchedulingPolicy.other, priority: 0 }

/** Is `policy` the number of one? */
export const isSchedulingPolicy = (policy: number): policy is SchedulingPolicy =>
  policy === SchedulingPolicy.other || policy === SchedulingPolicy.fifo || policy === SchedulingPolicy.rr

/** The lowest and the highest priority of a policy's threads. */
export const prioritiesOf = (policy: SchedulingPolicy): { readonly min: number; readonly max: number } =>
  policy === SchedulingPolicy.other ? { min: 0, max: 0 } : REALTIME_PRIORITIES
