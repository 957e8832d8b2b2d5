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

/** Where new threads go. Asked at the process's origin, with the kernels that the thread's affinity allows. */
export interface Placement {
  /** One of `candidates`, of which there is at least one; they are in the order of their CPU numbers. */
  place(candidates: readonly Candidate[]): Candidate
}

/** Default: `RoundRobin` of `@atoll/migration`. */
export const Placement: InjectionToken<Placement> = Symbol('atoll.Placement')
