import { traces, type Clock, type Logger } from '@atoll/kernel'
import type { KernelId, Messenger } from '@atoll/messaging'
import type { RunningBackend } from '../backend.js'
import type { Trace } from '../trace/trace.js'

/** At the end, a kernel that is in a plain function may not answer. So long it is waited for, then its last events are lost. */
const PATIENCE_US = 1_000_000

/** Has kernels traced: by the backend itself if it can, else by messages. */
export class Tracing {
  readonly #trace: Trace
  readonly #logger: Logger
  readonly #messenger: Messenger
  /** How a backend that writes by itself writes what it has kept. */
  readonly #flushOwn: (() => void) | null

  constructor(trace: Trace, running: RunningBackend, messenger: Messenger, logger: Logger) {
    this.#trace = trace
    this.#logger = logger
    this.#messenger = messenger
    const write = (events: string, count: number): void => {
      this.#write(events, count)
    }
    this.#flushOwn = running.trace?.({ write }) ?? null
    messenger.serve(traces.events, (_from, { events, count }, reply) => {
      this.#write(events, count)
      reply({})
    })
  }

  /** The kernel has joined. */
  joined(kernel: KernelId): void {
    if (this.#flushOwn === null) this.#messenger.send(kernel, traces.start, {})
  }

  /** Ends the trace once these kernels have written all they have. */
  async end(kernels: readonly KernelId[], clock: Clock, kick: () => void): Promise<void> {
    if (this.#flushOwn) this.#flushOwn()
    else await this.#flushed(kernels, clock, kick)
    this.#guarded(() => {
      this.#trace.close()
    })
  }

  #flushed(kernels: readonly KernelId[], clock: Clock, kick: () => void): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.setTimer(clock.monotonicUs() + PATIENCE_US, resolve)
      let awaited = kernels.length
      const answered = (): void => {
        if (--awaited > 0) return
        cancel()
        resolve()
      }
      for (const kernel of kernels) this.#messenger.request(kernel, traces.flush, {}, answered)
      kick()
    })
  }

  #write(events: string, count: number): void {
    this.#guarded(() => {
      this.#trace.write(events, count)
    })
  }

  #guarded(operation: () => void): void {
    try {
      operation()
    } catch (error) {
      this.#logger.error('the trace could not be written', { error })
    }
  }
}
