import { RingExchange, RingTransport, SUPERVISOR, type KernelId } from '@atoll/messaging'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Backend, Monitor, RunningBackend } from '../backend.js'
import { kernelSettings, type KernelOptions, type KernelSettings } from '../kernel/settings.js'
import { checkKernels } from '../kernels.js'
import type { FromWorker, WorkerData } from './wire.js'

/** See {@link WorkersBackend}. */
export interface WorkersOptions extends KernelOptions {
  /** How many kernels: each can use one core. @default the number of cores */
  readonly kernels?: number
  /** Seeds chance on every kernel (not the order of events, which is the machine's). @default the host's entropy */
  readonly seed?: number
}

/**
 * Kernels in worker threads of this process, one each, that exchange messages through rings in shared memory. The main isolate supervises.
 *
 * @example
 * container.register(Backend, { useValue: new WorkersBackend({ kernels: 4 }) })
 */
export class WorkersBackend implements Backend {
  readonly #options: WorkersOptions
  readonly #kernels: number

  /** @throws InvalidBackendError */
  constructor(options: WorkersOptions = {}) {
    this.#options = options
    this.#kernels = checkKernels(options.kernels ?? availableParallelism())
  }

  async start(monitor: Monitor): Promise<RunningBackend> {
    const running = new RunningWorkers(monitor)
    for (let id = 1; id <= this.#kernels; id++)
      running.add(kernelSettings(id, this.#options, this.#options.seed ?? null))
    return running
  }
}

/** Hands out rings between workers, and watches over them from outside. */
class RunningWorkers implements RunningBackend {
  readonly transport: RingTransport
  readonly #monitor: Monitor
  readonly #exchange = new RingExchange()
  readonly #workers = new Map<KernelId, Worker>()
  #isStopping = false

  constructor(monitor: Monitor) {
    this.#monitor = monitor
    const bell = this.#exchange.register(SUPERVISOR, (offer) => {
      this.transport.accept(offer)
    })
    const broker = {
      request: (peer: KernelId) => {
        this.#exchange.request(SUPERVISOR, peer)
      },
    }
    // The workers keep the process alive while there are any.
    this.transport = new RingTransport({ self: SUPERVISOR, bell, broker, keepAlive: false })
  }

  get kernels(): readonly KernelId[] {
    return [...this.#workers.keys()]
  }

  add(settings: KernelSettings): void {
    const { id } = settings
    const bell = this.#exchange.register(id, (offer, transfer) => {
      worker.postMessage(offer, transfer)
    })
    const workerData: WorkerData = { settings, bell }
    const worker = new Worker(new URL('./kernel-main.js', import.meta.url), { workerData, name: `atoll kernel ${id}` })
    this.#workers.set(id, worker)
    worker.on('message', ({ link }: FromWorker) => {
      this.#exchange.request(id, link)
    })
    this.#watch(id, worker)
  }

  async terminate(kernel: KernelId): Promise<void> {
    await this.#workers.get(kernel)?.terminate()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.transport.close()
    await Promise.all([...this.#workers.values()].map((worker) => worker.terminate()))
  }

  #watch(id: KernelId, worker: Worker): void {
    let reason = ''
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    })
    worker.on('exit', (code) => {
      this.#workers.delete(id)
      this.#exchange.unregister(id)
      if (!this.#isStopping) this.#monitor.died(id, reason || `its worker ended with exit code ${code}`)
    })
  }
}
