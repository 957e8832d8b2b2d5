import type { KernelId } from '@atoll/messaging'

/** What is wrong, for programs; the message says it for people. */
export type SystemErrorCode =
  'EBACKEND' | 'EKERNELSTART' | 'ESPAWN' | 'ESYSTEMDOWN' | 'ENOKERNEL' | 'EDEADLOCK' | 'ESIMULATION' | 'ETRACE'

/** Base of this package's errors. */
export abstract class SystemError extends Error {
  abstract readonly code: SystemErrorCode
  override get name(): string {
    return this.constructor.name
  }
}

/** Thrown when a backend is given settings that no system can run with. */
export class InvalidBackendError extends SystemError {
  readonly code = 'EBACKEND'
}

/** Thrown by `System.boot` when a kernel dies before it has joined. */
export class KernelStartError extends SystemError {
  readonly code = 'EKERNELSTART'
  constructor(
    readonly kernel: KernelId,
    reason: string,
  ) {
    super(`kernel ${kernel} did not start: ${reason}`)
  }
}

/** Thrown by `System.spawn` when a program can't be started: its modules throw, or no kernel may run it. */
export class SpawnError extends SystemError {
  readonly code = 'ESPAWN'
  constructor(program: string, reason: string) {
    super(`${program} could not be started: ${reason}`)
  }
}

/** Thrown when a system is used after it was shut down. */
export class SystemDownError extends SystemError {
  readonly code = 'ESYSTEMDOWN'
  constructor(operation: string) {
    super(`${operation}: this system was shut down. Boot another one`)
  }
}

/** Thrown when a kernel is named that is not running. */
export class NoSuchKernelError extends SystemError {
  readonly code = 'ENOKERNEL'
  constructor(readonly kernel: KernelId) {
    super(`there is no kernel ${kernel} (any more): system.kernels() lists those that run`)
  }
}

/** Thrown when the file of a trace can't be written. */
export class TraceFileError extends SystemError {
  readonly code = 'ETRACE'
  constructor(
    /** Path of the file, as it was given. */
    readonly path: string,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`the trace can't be written to ${path}: ${reason}. Give a path that can be`, { cause })
  }
}

/** Ends the waits for processes of a simulated system in which nothing can ever run again. */
export class DeadlockError extends SystemError {
  readonly code = 'EDEADLOCK'
  constructor(
    /** One line per blocked thread. */
    readonly threads: readonly string[],
    circumstances: string,
  ) {
    super(`nothing can run any more (${circumstances}):\n${threads.map((thread) => `  ${thread}`).join('\n')}`)
  }
}

/** Ends a simulation in which something was thrown that must not be: by an invariant, or by the system itself. */
export class SimulationError extends SystemError {
  readonly code = 'ESIMULATION'
  constructor(
    readonly seed: number,
    /** Number of the step, from 1. */
    readonly step: number,
    cause: unknown,
  ) {
    const what = cause instanceof Error ? cause.message : String(cause)
    super(`step ${step} of the simulation with seed ${seed} failed: ${what}. Run it again with this seed`, { cause })
  }
}
