import type { KernelId } from '@atoll/messaging'
import type { Readable } from 'node:stream'
import type { ProcessRecord } from './supervisor/process-table.js'

/** How a process ended. */
export interface ProcessResult {
  /** What `main` returned or `exit` was given, modulo 256; 0 if it was killed. */
  readonly status: number
  /** What killed it, if something did. The loss of a kernel that it needed counts as `SIGKILL`. */
  readonly signal: NodeJS.Signals | null
  /** Why, for people; `''` when there is nothing to say. */
  readonly reason: string
}

/** A process that `System.spawn` has started. */
export class Child {
  readonly pid: number
  /** The process's origin: the kernel where its main thread starts and its state is kept. */
  readonly kernel: KernelId
  /** What the process writes, in bytes. Read them or let them flow (`resume()`): as with a pipe, a program waits when it has written much more than was read. */
  readonly stdout: Readable
  readonly stderr: Readable
  readonly #record: ProcessRecord
  readonly #kill: () => void

  /** @internal Made by `System.spawn`. */
  constructor(record: ProcessRecord, kernel: KernelId, kill: () => void) {
    this.pid = record.pid
    this.kernel = kernel
    this.stdout = record.streams.stdout
    this.stderr = record.streams.stderr
    this.#record = record
    this.#kill = kill
  }

  /**
   * Resolves once the process has ended, whatever ended it: the shutdown of the system and the loss of kernels included.
   *
   * @throws DeadlockError, in a simulated system in which nothing can ever run again.
   * @throws SimulationError, in a simulated system that has failed.
   */
  wait(): Promise<ProcessResult> {
    return this.#record.wait()
  }

  /** Ends the process as if by SIGKILL. Does nothing once it has ended. */
  kill(): void {
    if (this.#record.result === null) this.#kill()
  }
}
