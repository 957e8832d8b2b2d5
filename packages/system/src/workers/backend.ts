import { RingExchange, RingTransport, SUPERVISOR, type KernelId } from '@atoll/messaging'
import { url } from 'node:inspector'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { HostClock } from '@atoll/kernel'
import type { Backend, Monitor, RunningBackend } from '../backend.js'
import { kernelSettings, type KernelOptions, type KernelSettings } from '../kernel/settings.js'
import { checkKernels } from '../kernels.js'
import { sampleStack } from '../safe-points/sample.js'
import { PulseWatch } from '../safe-points/watch.js'
import type { FromWorker, WorkerData } from './wire.js'

/** See {@link WorkersBackend}. */
export interface WorkersOptions extends KernelOptions {
  /** How many kernels: each can use one core. @default the number of cores */
  readonly kernels?: number
  /** Seeds chance on every kernel (not the order of events, which is the machine's). @default the host's entropy */
  readonly seed?: number
  /**
   * A plain function that keeps a kernel from its safe points for so many milliseconds is named in a warning, and by the event
   * `safe-point-overdue`. `Infinity`: never. Not while the process is being debugged.
   *
   * @default 1000
   */
  readonly overdueMs?: number
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
    const running = new RunningWorkers(monitor, this.#options.overdueMs ?? OVERDUE_MS)
    for (let id = 1; id <= this.#kernels; id++)
      running.add(kernelSettings(id, this.#options, this.#options.seed ?? null))
    return running
  }
}

const OVERDUE_MS = 1000

/** Hands out rings between workers, and watches over them from outside. */
class RunningWorkers implements RunningBackend {
  readonly transport: RingTransport
  readonly #monitor: Monitor
  readonly #exchange = new RingExchange()
  readonly #workers = new Map<KernelId, Worker>()
  readonly #clock = new HostClock()
  readonly #watch: PulseWatch
  #isStopping = false

  constructor(monitor: Monitor, overdueMs: number) {
    this.#monitor = monitor
    this.#watch = new PulseWatch(this.#clock, overdueMs, (kernel) => void this.#overdue(kernel, overdueMs))
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
    const pulse = new SharedArrayBuffer(4)
    this.#watch.add(id, pulse)
    const workerData: WorkerData = { settings, bell, pulse }
    const worker = new Worker(new URL('./kernel-main.js', import.meta.url), { workerData, name: `atoll kernel ${id}` })
    this.#workers.set(id, worker)
    worker.on('message', ({ link }: FromWorker) => {
      this.#exchange.request(id, link)
    })
    this.#monitorEnd(id, worker)
  }

  async terminate(kernel: KernelId): Promise<void> {
    await this.#workers.get(kernel)?.terminate()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#watch.stop()
    this.transport.close()
    await Promise.all([...this.#workers.values()].map((worker) => worker.terminate()))
  }

  /** Says what a kernel does that comes to no safe point, unless a debugger may have stopped it. */
  async #overdue(kernel: KernelId, ms: number): Promise<void> {
    const worker = this.#workers.get(kernel)
    if (!worker || url() !== undefined) return
    const stack = await sampleStack(worker.threadId, this.#clock)
    if (!this.#isStopping) this.#monitor.overdue(kernel, ms, stack)
  }

  #monitorEnd(id: KernelId, worker: Worker): void {
    let reason = ''
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    })
    worker.on('exit', (code) => {
      this.#workers.delete(id)
      this.#watch.remove(id)
      this.#exchange.unregister(id)
      if (!this.#isStopping) this.#monitor.died(id, reason || `its worker ended with exit code ${code}`)
    })
  }
}
