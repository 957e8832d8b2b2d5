import { MemoryNetwork, SUPERVISOR, type KernelId } from '@atoll/messaging'
import { InvalidBackendError, type Backend, type Monitor, type RunningBackend } from '@atoll/system'
import { kernelSettings, startKernel, type KernelOptions, type RunningKernel } from '@atoll/system/kernel'

/** See {@link InlineBackend}. */
export interface InlineOptions extends KernelOptions {
  /** @default 2 */
  readonly kernels?: number
}

/** All kernels in this isolate, taking turns in real time: for stepping through a whole system with one debugger. */
export class InlineBackend implements Backend {
  readonly #options: InlineOptions

  constructor(options: InlineOptions = {}) {
    this.#options = options
  }

  async start(monitor: Monitor): Promise<RunningBackend> {
    const { kernels = 2, ...options } = this.#options
    if (!(kernels >= 1)) throw new InvalidBackendError(`a system of ${kernels} kernels can't be: give 1 or more`)
    const running = new InlineKernels(monitor)
    for (let id = 1; id <= kernels; id++) running.add(id, options)
    return running
  }
}

class InlineKernels implements RunningBackend {
  // A message arrives in a later turn of the event loop, so that its sender is not run over by its receiver.
  readonly #network = new MemoryNetwork({ schedule: ({ deliver }) => setImmediate(deliver) })
  readonly #monitor: Monitor
  readonly #started = new Map<KernelId, Promise<RunningKernel>>()
  readonly transport = this.#network.transport(SUPERVISOR)

  constructor(monitor: Monitor) {
    this.#monitor = monitor
  }

  get kernels(): readonly KernelId[] {
    return [...this.#started.keys()]
  }

  /** Starts a kernel. It joins when the supervisor answers it, so nobody waits for that here. */
  add(id: KernelId, options: KernelOptions): void {
    const settings = kernelSettings(id, options, null)
    const started = startKernel(settings, this.#network.transport(id), { isIsolateShared: true })
    this.#started.set(id, started)
    started.then(({ joined }) => joined).catch((error: unknown) => this.#monitor.died(id, String(error)))
  }

  async terminate(kernel: KernelId): Promise<void> {
    await this.#end(kernel)
    this.#network.lose(kernel)
    this.#monitor.died(kernel, 'it was terminated')
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.kernels.map((kernel) => this.#end(kernel)))
    this.transport.close()
  }

  async #end(kernel: KernelId): Promise<void> {
    const started = this.#started.get(kernel)
    this.#started.delete(kernel)
    ;(await started)?.stop()
  }
}
