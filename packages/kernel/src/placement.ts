import type { KernelId, NodeDescriptor } from '@atoll/messaging'
import type { InjectionToken } from 'tsyringe'

/** A kernel that a new thread may be placed on. */
export interface Candidate {
  readonly kernel: KernelId
  /** Its number as a CPU. */
  readonly cpu: number
  readonly node: NodeDescriptor
  /** Threads of the same process that it hosts, or that are on their way to it. */
  readonly threads: number
}

/**
 * Where new processes and threads go. A system's host asks its own for each process. A process's threads are placed at its origin, among the
 * kernels that the thread's affinity allows: by what a kernel module has registered there, else by the host's policy if it is a built-in
 * one (`RoundRobin`, `LeastLoaded`), else by `RoundRobin`: a host's own policy is an object of its isolate and places processes only.
 */
export interface Placement {
  /** One of `candidates`, of which there is at least one; they are in the order of their CPU numbers. */
  place(candidates: readonly Candidate[]): Candidate
  /** May kernels that have nothing to do take running and ready threads from those that have more than one? @default false */
  readonly balances?: boolean
}

/** Default: `RoundRobin` of `@atoll/migration`. */
export const Placement: InjectionToken<Placement> = Symbol('atoll.Placement')
