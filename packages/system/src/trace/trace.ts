import type { TraceSink } from '@atoll/kernel'
import type { InjectionToken } from 'tsyringe'

/**
 * Where a system writes what its threads do: slices, waits, moves, creation, ends, in Chrome's trace format. Registered in the host's
 * container before `System.boot`, which has the kernels traced from their start.
 */
export interface Trace extends TraceSink {
  /** The system was shut down: nothing more comes. */
  close(): void
}

/** There is no default: without one nothing is traced. {@link TraceFile} is here. */
export const Trace: InjectionToken<Trace> = Symbol('atoll.Trace')
