import type { TraceSink } from '@atoll/kernel'
import type { KernelId, Transport } from '@atoll/messaging'
import type { InjectionToken } from 'tsyringe'

/** Hears from a backend what happens to its kernels. Watches from outside of their isolates. */
export interface Monitor {
  /** The kernel is dead: it exited, was terminated, or its connection is lost for good. Once per kernel, at any time. */
  died(kernel: KernelId, reason: string): void
  /** Nothing can run any more unless the host does something: who waits for a process is told so. `null`: it can again. */
  stalled(error: Error | null): void
  /**
   * A kernel has come to no safe point for `ms` milliseconds: a plain function runs. Optional to tell.
   *
   * @param stack What it is doing, the lines of a native stack; empty if nobody knows.
   */
  overdue(kernel: KernelId, ms: number, stack: readonly string[]): void
  /** The backend can't go on: every wait ends with this error. */
  failed(error: Error): void
}

/** Kernels that a backend has started. */
export interface RunningBackend {
  /** The kernels' ids, from 1 on, in the order of their CPU numbers. They may still be booting: each joins by a message. */
  readonly kernels: readonly KernelId[]
  /** The supervisor's way to the kernels; its own id is `SUPERVISOR`. */
  readonly transport: Transport
  /**
   * Resolves when nothing is left to do, for backends that repeat runs: what the host does next comes at the same point of
   * each run.
   */
  quiet?(): Promise<void>
  /**
   * Has the kernels write their trace to `sink` without messages, for backends whose runs must be the same with a trace. Called once, before
   * any kernel runs. Returns how to write what they have kept. Without it they send their traces to the supervisor.
   */
  trace?(sink: TraceSink): () => void
  /**
   * Ends a kernel at once, whatever it is doing. Resolves when it is dead; the monitor is told as of any death. Does nothing
   * to one that is dead already.
   */
  terminate(kernel: KernelId): Promise<void>
  /** Ends all kernels at once, and gives back everything. No death is reported from now on. */
  stop(): Promise<void>
}

/**
 * How kernels are started, connected, watched and stopped. To write one, see `docs/backends.md`; to test it, run
 * `backendCompliance` of `@atoll/system/compliance` against it.
 */
export interface Backend {
  /**
   * Starts the kernels. Each runs `startKernel` of `@atoll/system/kernel`, and can reach every other and the supervisor.
   *
   * @throws InvalidBackendError if there are no kernels to start.
   */
  start(monitor: Monitor): Promise<RunningBackend>
}

/** There is no default: what a system runs on is its owner's choice. `WorkersBackend` and `SimBackend` are here. */
export const Backend: InjectionToken<Backend> = Symbol('atoll.Backend')

/** The most kernels that a backend of one machine starts. */
export const MAX_KERNELS = 1024
