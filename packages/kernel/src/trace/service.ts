import type { Kernel } from '../kernel.js'
import { traces } from './protocol.js'
import { TraceSender } from './sender.js'
import type { TraceSink } from './sink.js'
import { Tracer } from './tracer.js'

/** Begins and ends the trace of a kernel, when the supervisor or a backend that shares its isolate wants one. */
export class TraceService {
  readonly #kernel: Kernel
  readonly #sender: TraceSender

  constructor(kernel: Kernel) {
    this.#kernel = kernel
    const { messenger } = kernel
    this.#sender = new TraceSender(messenger)
    messenger.on(traces.start, () => {
      this.start(this.#sender, () => kernel.clock.monotonicUs())
    })
    messenger.serve(traces.flush, (_from, _query, reply) => {
      kernel.trace?.flush()
      this.#sender.whenWritten(() => {
        reply({})
      })
    })
  }

  /** Has the kernel write to `sink` from now on. `nowUs`: the trace's clock. */
  start(sink: TraceSink, nowUs: () => number): void {
    this.#kernel.scheduler.trace ??= new Tracer(this.#kernel.id, sink, nowUs)
  }
}
