import 'reflect-metadata'
import {
  Clock,
  HostClock,
  kernelInfo,
  nodesOf,
  Logger,
  Placement,
  StderrLogger,
  type KernelInfo,
  type ProgramImage,
} from '@atoll/kernel'
import type { KernelId, NodeDescriptor } from '@atoll/messaging'
import { policyName, RoundRobin } from '@atoll/migration'
import { inject, injectable, type DependencyContainer } from 'tsyringe'
import { Backend, type Monitor, type RunningBackend } from './backend.js'
import { Child } from './child.js'
import { ChildStreams } from './child-streams.js'
import { Console } from './console.js'
import { NoSuchKernelError, SpawnError, SystemDownError } from './errors.js'
import { SystemEvents } from './events.js'
import { OverdueReports } from './supervisor/overdue.js'
import { ProcessTable } from './supervisor/process-table.js'
import { Supervisor } from './supervisor/supervisor.js'
import { debuggable } from './debuggable.js'
import { Trace } from './trace/trace.js'

/** How a process is started. */
export interface SpawnOptions {
  /** The program's arguments; its name goes before them. @default [] */
  readonly argv?: readonly string[]
  /** The program's environment. @default {} */
  readonly env?: Readonly<Record<string, string>>
  /** CPUs that its main thread, and what that starts, may run on. @default all */
  readonly cpus?: readonly number[]
  /**
   * Where the program's sources are: the folder, as a URL, that the paths in its image are relative to. Debuggers are given it, with the
   * image's source map.
   *
   * @default while the host can be debugged, for a program given by its place: its root; else debuggers are given nothing
   */
  readonly sourceRoot?: URL | string
}

/** Where the system's life is. */
type Phase = 'booting' | 'up' | 'down'

/**
 * A running system: kernels, started and connected by a backend, and the processes on them.
 *
 * @example
 * container.register(Backend, { useValue: new WorkersBackend({ kernels: 4 }) })
 * await using system = await System.boot(container)
 * const child = await system.spawn(new URL('./app.ts', import.meta.url), { argv: ['S'] })
 * child.stdout.pipe(process.stdout)
 * const { status, signal } = await child.wait()
 */
@injectable()
export class System {
  readonly events: SystemEvents
  readonly #backend: Backend
  readonly #console: Console
  readonly #placement: Placement
  readonly #logger: Logger
  readonly #processes: ProcessTable
  readonly #clock: Clock
  readonly #trace: Trace | null
  readonly #overdue: OverdueReports
  #phase: Phase = 'booting'
  #supervisor: Supervisor | null = null
  #running: RunningBackend | null = null
  #failure: Error | null = null

  /** What `System.boot` makes a system of. */
  constructor(
    @inject(Backend) backend: Backend,
    @inject(Console) console: Console,
    @inject(ChildStreams) streams: ChildStreams,
    @inject(Placement) placement: Placement,
    @inject(Logger) logger: Logger,
    @inject(Clock) clock: Clock,
    @inject(Trace) trace: Trace | null,
  ) {
    this.#backend = backend
    this.#console = console
    this.#placement = placement
    this.#logger = logger
    this.#clock = clock
    this.#trace = trace
    this.events = new SystemEvents((isWatched) => this.#supervisor?.watch(isWatched))
    this.#overdue = new OverdueReports(logger, this.events)
    this.#processes = new ProcessTable(streams, (pid, result) => {
      this.events.emit('process-exited', { pid, ...result })
    })
  }

  /**
   * Starts a system as `container` says: its `Backend`, and what it has in the place of the other tokens' defaults. Resolves
   * when every kernel has joined.
   *
   * @throws KernelStartError if a kernel dies before it has joined. Nothing keeps running then.
   */
  static async boot(container: DependencyContainer): Promise<System> {
    const own = container.createChildContainer()
    own.register(ChildStreams, { useValue: new ChildStreams() })
    if (!container.isRegistered(Console, true)) own.register(Console, { useToken: ChildStreams })
    if (!container.isRegistered(Placement, true)) own.register(Placement, { useValue: new RoundRobin() })
    if (!container.isRegistered(Logger, true)) own.register(Logger, { useValue: new StderrLogger() })
    if (!container.isRegistered(Clock, true)) own.register(Clock, { useValue: new HostClock() })
    if (!container.isRegistered(Trace, true)) own.register<Trace | null>(Trace, { useFactory: () => null })
    const system = own.resolve(System)
    await system.#boot()
    return system
  }

  /**
   * Starts a program, given as an image or as the place of its entry module, which is compiled first.
   *
   * @throws CompileError with everything that is wrong with the program's sources.
   * @throws SpawnError if its modules throw, or no kernel may run it.
   */
  async spawn(program: URL | string | ProgramImage, options: SpawnOptions = {}): Promise<Child> {
    this.#needUp('spawn')
    const compiled = typeof program === 'string' || program instanceof URL ? await compile(program) : program
    const supervisor = this.#needUp('spawn')
    const { argv = [], env = {}, cpus, sourceRoot } = options
    const image = await debuggable(compiled, program === compiled ? null : program, sourceRoot)
    this.#overdue.started(image)
    const origin = this.#place(image, cpus)
    const placement = policyName(this.#placement)
    const record = await supervisor.spawn(origin, { image, argv: [image.name, ...argv], env, cpus, placement })
    return new Child(record, origin, () => {
      supervisor.kill(origin, record.pid)
    })
  }

  /** The living kernels, in the order of their numbers. */
  kernels(): KernelInfo[] {
    return (this.#supervisor?.members() ?? []).map(kernelInfo)
  }

  /** The computers that living kernels run on. */
  nodes(): NodeDescriptor[] {
    return nodesOf(this.#supervisor?.members() ?? [])
  }

  /**
   * Ends a kernel at once, whatever it is doing: for tests of what depends on it. Resolves when everybody has been told.
   *
   * @throws NoSuchKernelError
   */
  async killKernel(kernel: KernelId): Promise<void> {
    const supervisor = this.#needUp('killKernel')
    if (!supervisor.isAlive(kernel)) throw new NoSuchKernelError(kernel)
    await Promise.all([this.#running?.terminate(kernel), supervisor.whenDead(kernel)])
  }

  /** Ends the system with all that runs on it: its processes look as if killed. Later calls do nothing. */
  async shutdown(): Promise<void> {
    if (this.#phase === 'down') return
    this.#phase = 'down'
    await this.#supervisor?.endTrace(this.#clock)
    this.#supervisor?.close()
    await this.#running?.stop()
    this.#processes.endAll({ status: 0, signal: 'SIGKILL', reason: 'the system was shut down' })
  }

  /** The same as `shutdown`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown()
  }

  async #boot(): Promise<void> {
    let made: (supervisor: Supervisor) => void = () => undefined
    const whenMade = new Promise<Supervisor>((resolve) => {
      made = resolve
    })
    // A kernel may die while the backend still starts others.
    const running = await this.#backend.start(this.#monitor(whenMade))
    this.#running = running
    const { events } = this
    this.#supervisor = new Supervisor({
      running,
      console: this.#console,
      processes: this.#processes,
      events,
      logger: this.#logger,
      trace: this.#trace,
    })
    made(this.#supervisor)
    try {
      await this.#supervisor.allJoined()
      await running.quiet?.()
    } catch (error) {
      await this.shutdown()
      throw error
    }
    this.#phase = 'up'
  }

  #monitor(supervisor: Promise<Supervisor>): Monitor {
    return {
      died: (kernel, reason) => void supervisor.then((made) => made.died(kernel, reason)),
      stalled: (error) => {
        this.#processes.obstruct(error)
      },
      overdue: (kernel, ms, stack) => {
        this.#overdue.report(kernel, ms, stack)
      },
      failed: (error) => {
        this.#failure = error
        this.#processes.obstruct(error)
        void supervisor.then((made) => made.failed(error))
      },
    }
  }

  #needUp(operation: string): Supervisor {
    if (this.#failure) throw this.#failure
    if (this.#phase !== 'up' || !this.#supervisor) throw new SystemDownError(operation)
    return this.#supervisor
  }

  /** The kernel that a new process begins on. */
  #place({ name }: ProgramImage, cpus: readonly number[] | undefined): KernelId {
    const load = this.#processes.load()
    const candidates = this.kernels()
      .filter(({ cpu }) => cpus === undefined || cpus.includes(cpu))
      .map((kernel) => ({ ...kernel, threads: load.get(kernel.kernel) ?? 0 }))
    if (candidates.length > 0) return this.#placement.place(candidates).kernel
    throw new SpawnError(name, `no CPU of {${cpus?.join(', ') ?? 'all'}} is a living kernel's`)
  }
}

/** Loaded when it is first needed: whoever starts images only never needs it. */
async function compile(program: URL | string): Promise<ProgramImage> {
  const { compileProgram } = await import('@atoll/compiler')
  return compileProgram(program)
}
