import {
  Clock,
  CountedFuel,
  ForcedFuel,
  Random,
  SeededRandom,
  StderrLogger,
  type Kernel,
  type TraceSink,
} from '@atoll/kernel'
import { DelayedDelivery, MemoryNetwork, SUPERVISOR, type DeliveryScheduler, type KernelId } from '@atoll/messaging'
import type { Backend, Monitor, RunningBackend } from '../backend.js'
import { DeadlockError, NoSuchKernelError, SimulationError } from '../errors.js'
import { assembleKernel } from '../kernel/assemble.js'
import { kernelContainer } from '../kernel/container.js'
import { catchHostErrors } from '../kernel/host-errors.js'
import { kernelSettings, type KernelOptions } from '../kernel/settings.js'
import { checkKernels } from '../kernels.js'
import { standstill } from './blocked-threads.js'
import { simulatedNode } from './node.js'
import { Simulation } from './simulation.js'
import { VirtualClock } from './virtual-clock.js'

/** See {@link SimBackend}. */
export interface SimOptions extends KernelOptions {
  /** How many kernels. @default 2 */
  readonly kernels?: number
  /** How many kernels share a simulated machine, its files among other things. @default 1 */
  readonly kernelsPerMachine?: number
  /** What the order of everything follows from: an integer, its low 32 bits count. @default 1 */
  readonly seed?: number
  /** How long a message takes, in virtual microseconds: from, to. @default [1, 50] */
  readonly delayUs?: readonly [minimum: number, maximum: number]
  /** The longest slice of a thread, in units of fuel; each slice is of 1 … so many. @default 1024 */
  readonly longestSlice?: number
  /** Loses kernels at steps that follow from the seed: how many, and in how many steps from when all have joined. @default none */
  readonly losses?: { readonly count: number; readonly withinSteps: number }
  /** Called after each step, to check invariants. What it throws ends the simulation. */
  readonly onStep?: (simulation: Simulation) => void
}

/**
 * All kernels in this isolate, in virtual time: the same seed gives the same run. For tests, and for debugging with breakpoints.
 *
 * A run repeats as long as the program and its host do: what comes from outside of the simulation (files, sockets, a host that waits for
 * real time) comes when it comes.
 *
 * @example
 * container.register(Backend, { useValue: new SimBackend({ kernels: 4, seed: 7 }) })
 */
export class SimBackend implements Backend {
  readonly #options: SimOptions
  #running: RunningSimulation | null = null

  /** @throws InvalidBackendError */
  constructor(options: SimOptions = {}) {
    checkKernels(options.kernels ?? DEFAULT_KERNELS)
    this.#options = options
  }

  async start(monitor: Monitor): Promise<RunningBackend> {
    this.#running = await RunningSimulation.start(this.#options, monitor)
    return this.#running
  }

  /**
   * Loses a kernel now; of one that is lost already it means nothing. Others learn of it when the monitor has: a little later, in
   * virtual time.
   *
   * @throws NoSuchKernelError if there never was such a kernel.
   */
  lose(kernel: KernelId): void {
    const running = this.#needRunning()
    if (!running.kernels.includes(kernel)) throw new NoSuchKernelError(kernel)
    void running.lose(kernel, 'it was lost')
  }

  /** From now on nothing passes between `a` and `b`; what is under way waits. */
  cut(a: KernelId, b: KernelId): void {
    this.#needRunning().simulation.network.cut(a, b)
  }

  /** Ends a cut: what waited arrives. */
  heal(a: KernelId, b: KernelId): void {
    this.#needRunning().simulation.network.heal(a, b)
  }

  #needRunning(): RunningSimulation {
    if (!this.#running) throw new Error('the simulation has not been started: System.boot starts it')
    return this.#running
  }
}

const DEFAULT_KERNELS = 2

/** The monitor learns of a death after so many virtual microseconds, at most. */
const DETECTION_US = 1000

/** A simulation as a backend's kernels. */
class RunningSimulation implements RunningBackend {
  readonly simulation: Simulation
  readonly transport: RunningBackend['transport']
  readonly kernels: readonly KernelId[]
  readonly #options: SimOptions
  readonly #seed: number
  readonly #random: SeededRandom
  readonly #monitor: Monitor
  /** Which kernel is lost in which step. */
  readonly #plan: { readonly step: number; readonly kernel: KernelId }[] = []
  readonly #deaths = new Map<KernelId, () => void>()
  readonly #stopHostErrors: () => void
  /** Steps that booting took; `null` while it lasts. */
  #bootSteps: number | null = null
  #isStopped = false

  private constructor(options: SimOptions, monitor: Monitor) {
    this.#options = options
    this.#monitor = monitor
    this.#seed = options.seed ?? 1
    this.#random = new SeededRandom(this.#seed)
    const clock = new VirtualClock()
    const network = new MemoryNetwork(this.#delivery(clock))
    this.simulation = new Simulation(clock, network, this.#random.fork(), {
      stepped: (stepped) => {
        if (this.#bootSteps !== null) this.#losePlanned(stepped.steps - this.#bootSteps)
        options.onStep?.(stepped)
      },
      rested: () => {
        this.#rested()
      },
      resumed: () => {
        monitor.stalled(null)
      },
      failed: (error) => {
        this.#stopHostErrors()
        monitor.failed(new SimulationError(this.#seed, this.simulation.steps, error))
      },
    })
    this.transport = network.transport(SUPERVISOR)
    this.kernels = Array.from({ length: options.kernels ?? DEFAULT_KERNELS }, (_, index) => index + 1)
    this.#stopHostErrors = catchHostErrors({
      kernels: () => this.simulation.kernels.values(),
      logger: new StderrLogger(),
      isTheirOwn: false,
    })
  }

  static async start(options: SimOptions, monitor: Monitor): Promise<RunningSimulation> {
    const running = new RunningSimulation(options, monitor)
    const kernels: Kernel[] = []
    for (const id of running.kernels) kernels.push(await running.#makeKernel(id))
    for (const kernel of kernels) {
      running.simulation.add(kernel)
      kernel.membership.join(simulatedNode(kernel.id, options.kernelsPerMachine ?? 1), (error) => {
        if (error) kernel.logger.error('a simulated kernel could not join', { error })
      })
    }
    running.#planLosses()
    running.simulation.kick()
    return running
  }

  quiet(): Promise<void> {
    return this.simulation.quiet()
  }

  trace(sink: TraceSink): () => void {
    const kernels = [...this.simulation.kernels.values()]
    for (const kernel of kernels) kernel.traces.start(sink, () => this.simulation.timeOn(kernel))
    return () => {
      for (const kernel of kernels) kernel.trace?.flush()
    }
  }

  async terminate(kernel: KernelId): Promise<void> {
    return this.lose(kernel, 'it was terminated')
  }

  /** Loses a kernel, if it lives; resolves when the monitor has learned of it. */
  async lose(kernel: KernelId, reason: string): Promise<void> {
    const { simulation } = this
    if (!simulation.kernels.has(kernel)) return // it is dead, or was lost before: the monitor is told once
    simulation.remove(kernel)
    await new Promise<void>((resolve) => {
      this.#deaths.set(kernel, resolve)
      const { clock } = simulation
      clock.setTimer(clock.nowUs + this.#random.below(DETECTION_US), () => {
        this.#deaths.delete(kernel)
        this.#monitor.died(kernel, reason)
        resolve()
      })
      simulation.kick()
    })
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return
    this.#isStopped = true
    process.off('beforeExit', this.#stalled)
    this.#stopHostErrors()
    this.simulation.stop()
    this.transport.close()
    for (const resolve of this.#deaths.values()) resolve()
  }

  /** Messages take a seeded time; each one that is sent gives the simulation something to do. */
  #delivery(clock: VirtualClock): DeliveryScheduler {
    const [minimumUs, maximumUs] = this.#options.delayUs ?? [1, 50]
    const delayed = new DelayedDelivery(clock, this.#random.fork(), minimumUs, maximumUs)
    return {
      schedule: (delivery) => {
        delayed.schedule(delivery)
        this.simulation.kick()
      },
    }
  }

  async #makeKernel(id: KernelId): Promise<Kernel> {
    const { clock, network } = this.simulation
    const random = this.#random.fork()
    const settings = kernelSettings(id, this.#options, this.#seed)
    const container = await kernelContainer(settings, network.transport(id), (own) => {
      own.register(Clock, { useValue: clock })
      own.register(Random, { useValue: random })
    })
    const { forcedMotion, longestSlice } = this.#options
    const fuel = forcedMotion ? new ForcedFuel(random.fork()) : new CountedFuel(random.fork(), longestSlice)
    return assembleKernel(container, settings, { fuel })
  }

  /** By steps, not by time: an idle simulation takes none, but time may jump. */
  #planLosses(): void {
    const { count, withinSteps } = this.#options.losses ?? { count: 0, withinSteps: 1 }
    const candidates = [...this.kernels]
    for (let left = Math.min(count, candidates.length); left > 0; left--) {
      const [kernel] = candidates.splice(this.#random.below(candidates.length), 1)
      if (kernel !== undefined) this.#plan.push({ step: 1 + this.#random.below(withinSteps), kernel })
    }
  }

  #losePlanned(step: number): void {
    for (const planned of this.#plan) {
      if (planned.step === step && this.simulation.kernels.has(planned.kernel)) {
        void this.lose(planned.kernel, `it was lost by plan, in step ${step}`)
      }
    }
  }

  #rested(): void {
    this.#bootSteps ??= this.simulation.steps
    process.off('beforeExit', this.#stalled)
    // Once the host has nothing to do either, what threads await of it never comes.
    if (standstill(this.simulation.kernels.values()).isHostAwaited) process.once('beforeExit', this.#stalled)
    else this.#stalled()
  }

  readonly #stalled = (): void => {
    const { threads } = standstill(this.simulation.kernels.values())
    if (threads.length === 0) return
    this.#monitor.stalled(new DeadlockError(threads, `seed ${this.#seed}, after ${this.simulation.steps} steps`))
  }
}
