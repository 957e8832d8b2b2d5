import { type KernelId, type Membership, type Messenger } from '@atoll/messaging'
import { inspect } from 'node:util'
import { actAtSafePoint, unwindBlocked } from './cancellation/act.js'
import { CancellationHome } from './cancellation/home.js'
import { otherStackEnded } from './cancellation/other-stacks.js'
import { serveCancellation } from './cancellation/replica.js'
import { forgetStack } from './cancellation/state.js'
import { KernelConsole } from './console/console.js'
import { ProgramOutput } from './console/program-output.js'
import type { LoadBalancer } from './balancer.js'
import { Externals } from './externals.js'
import { OnceHome } from './once/home.js'
import type { ImageInstance, ProgramImage } from './frames/image.js'
import { registers } from './frames/registers.js'
import { hasImagePlaces, mapStack } from './frames/stack-trace.js'
import { Unwind } from './frames/unwind.js'
import type { Placement } from './placement.js'
import type { Clock } from './ports/clock.js'
import type { Logger } from './ports/logger.js'
import type { Random } from './ports/random.js'
import { posixErrorOf } from './posix-error-of.js'
import { PosixError, type ErrorCode } from './posix-error.js'
import { cleanUp, exitFrames, exitStatus } from './process/finish.js'
import { Holds } from './process/holds.js'
import { ProcessHome } from './process/home.js'
import type { MemoryService } from './process/memory-service.js'
import { processes } from './process/protocol.js'
import type { ProcessReplica } from './process/replica.js'
import { ProcessReplicas } from './process/replicas.js'
import type { SynchronizationService } from './process/synchronization-service.js'
import type { ThreadOutcome } from './process/thread-entry.js'
import type { SurroundingsHost } from './program/surroundings.js'
import { KernelExecutor } from './threads/executor.js'
import { settle } from './threads/fiber-waits.js'
import { CpuSets } from './threads/cpu-sets.js'
import { markHandled } from './threads/fiber-promise.js'
import { Fiber } from './threads/fiber.js'
import { Journeys } from './threads/journeys.js'
import type { FuelPolicy } from './threads/fuel.js'
import { Scheduler } from './threads/scheduler.js'
import { ThreadMap } from './threads/thread-map.js'
import type { Thread, ThreadId } from './threads/thread.js'
import { Timers } from './threads/timers.js'
import { TraceService } from './trace/service.js'
import type { Tracer } from './trace/tracer.js'
import { decodeForProcess, decodePlain, encodeForProcess, encodePlain } from './values/of-process.js'
import { endedInTime, isTimeUp } from './waits/deadline.js'
import { WaitHome, type WaitOutcome } from './waits/home.js'
import { Outcome } from './waits/protocol.js'
import type { WaitCode } from './waits/wait-code.js'
import { syscallOf, Waiters } from './waits/waiters.js'

/** What a kernel is made of; the backend supplies it. */
export interface KernelParts {
  readonly id: KernelId
  readonly messenger: Messenger
  readonly membership: Membership
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Places threads, unless the host asks for one of `policies`. */
  readonly placement: Placement
  /** By name, what a host may ask for; empty if only `placement` counts. */
  readonly policies: ReadonlyMap<string, Placement>
  readonly fuel: FuelPolicy
  /** Is time virtual and chance seeded, for programs too? */
  readonly virtual: boolean
}

/** Moves threads: `@atoll/migration`, seen from below. */
export interface ThreadMover {
  /**
   * All stacks of `thread` are suspended, and it has somewhere to go or motion is forced. Takes it away, if it can go;
   * is called again when what held it has changed.
   */
  suspended(thread: Thread): void
  /** The thread has ended, or its process: it goes nowhere. */
  ended(thread: Thread): void
}

/** One kernel: an event loop's worth of threads, and replicas of the system's state. */
export class Kernel implements KernelParts {
  readonly id: KernelId
  readonly messenger: Messenger
  readonly membership: Membership
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly placement: Placement
  readonly policies: ReadonlyMap<string, Placement>
  readonly fuel: FuelPolicy
  readonly virtual: boolean
  readonly externals = new Externals()
  readonly scheduler: Scheduler
  readonly executor: KernelExecutor
  readonly timers: Timers
  readonly cpuSets = new CpuSets()
  /** Threads that are here. */
  readonly threads = new ThreadMap<Thread>()
  /** Where they have been. */
  readonly journeys: Journeys
  readonly console: KernelConsole
  readonly output: ProgramOutput
  readonly waitHome: WaitHome
  readonly waiters: Waiters
  readonly processes: ProcessReplicas
  /** Threads that must stay for the moment. */
  readonly holds: Holds
  readonly home: ProcessHome
  readonly once: OnceHome
  readonly traces: TraceService
  /** Set by the migration service when it starts. */
  mover: ThreadMover | null = null
  /** Set by the migration service when it starts. */
  balancer: LoadBalancer | null = null
  /** Set by the memory service when it starts. */
  memory: MemoryService | null = null
  /** Set by the synchronization service when it starts. */
  synchronization: SynchronizationService | null = null
  /** Called when there is work again after there was none: the loop may be parked. */
  onWork: () => void = () => undefined
  readonly #processEndListeners: ((pid: ThreadId) => void)[] = []
  /** Whose host callback is running. */
  #callbackOf: ProcessReplica | null = null

  constructor(parts: KernelParts) {
    this.id = parts.id
    this.messenger = parts.messenger
    this.membership = parts.membership
    this.clock = parts.clock
    this.random = parts.random
    this.logger = parts.logger
    this.placement = parts.placement
    this.policies = parts.policies
    this.fuel = parts.fuel
    this.virtual = parts.virtual
    this.externals.register('atoll:kernel', { Unwind }) // what unwinds a stack waits in its `finally` blocks
    this.journeys = new Journeys(parts.id)
    this.timers = new Timers(parts.clock)
    this.executor = new KernelExecutor(this, parts.fuel)
    this.scheduler = new Scheduler(
      parts.fuel,
      parts.clock,
      () => this.messenger.pending,
      {
        ended: (fiber) => {
          this.fiberEnded(fiber)
        },
        heldBack: (fiber) => {
          if (actAtSafePoint(fiber)) this.scheduler.enqueue(fiber)
          else this.output.holdBack(fiber)
        },
        failed: (fiber, error) => {
          this.crash(fiber.thread.process, error)
        },
        suspended: (thread) => this.mover?.suspended(thread),
        work: () => {
          this.onWork()
        },
        ran: (isBacklogged) => {
          this.balancer?.ran(isBacklogged)
        },
      },
      parts.virtual,
    )
    this.console = new KernelConsole(parts.id, parts.messenger)
    this.output = new ProgramOutput(this)
    this.waitHome = new WaitHome(parts.messenger)
    this.waiters = new Waiters(this)
    this.processes = new ProcessReplicas(this)
    this.holds = new Holds(this)
    this.home = new ProcessHome(this)
    this.once = new OnceHome(this)
    new CancellationHome(this, this.home)
    serveCancellation(this)
    this.traces = new TraceService(this)
  }

  /** Writes down what happens here, while a trace is taken. */
  get trace(): Tracer | null {
    return this.scheduler.trace
  }

  /** Runs ready fibers for a while, at most `limit` slices if given; returns whether any ran. Called by the loop. */
  run(limit?: number): boolean {
    registers.executor = this.executor // stays: promise callbacks that this run leaves behind are this kernel's
    return this.scheduler.run(limit)
  }

  /**
   * Has `listener` called when a process has ended, as far as this kernel has to do with it: its threads here are about to be dropped, and at its origin
   * it is `ending`. Services drop what they keep of it.
   */
  onProcessEnd(listener: (pid: ThreadId) => void): void {
    this.#processEndListeners.push(listener)
  }

  /** A process has ended: tells the services. */
  processEnded(pid: ThreadId): void {
    for (const listener of this.#processEndListeners) listener(pid)
  }

  /** Ends the wait of a fiber of this kernel as its home says. */
  resolveWait(fiber: Fiber, { outcome, result }: WaitOutcome): void {
    const { process } = fiber.thread
    const syscall = fiber.top ? syscallOf(fiber.top) : ''
    if (outcome === Outcome.cancelled) {
      if (isTimeUp(fiber.top)) this.scheduler.wake(fiber, undefined, false)
      else unwindBlocked(fiber)
      return
    }
    endedInTime(fiber.top)
    if (outcome === Outcome.error) {
      const [code, explanation] = decodePlain(result) as [ErrorCode, string]
      this.scheduler.wake(fiber, new PosixError(code, syscall, explanation), true)
      return
    }
    try {
      const [value] = decodeForProcess(process, result)
      this.scheduler.wake(fiber, value, outcome === Outcome.exception)
    } catch (error) {
      this.scheduler.wake(fiber, posixErrorOf(error, syscall), true)
    }
  }

  /** A stack has ended; its outcome is in `value` and `thrown`. */
  fiberEnded(fiber: Fiber): void {
    const { thread } = fiber
    if (fiber.number === 0) this.#threadEnded(thread)
    else if (!fiber.thrown || !(fiber.value instanceof Unwind)) this.#settle(fiber)
    else if (fiber.value.reason !== 'cancellation') this.#exitFrom(fiber, fiber.value)
    else if (cleanUp(fiber)) this.scheduler.enqueue(fiber)
    else {
      if (fiber.settlement) markHandled(fiber.settlement) // whoever awaits it is unwound, too
      this.#settle(fiber)
    }
  }

  /** Takes a thread off this kernel for good, with what waits for it here and elsewhere. */
  dropThread(thread: Thread): void {
    this.trace?.ended(thread)
    this.processes.release(thread)
    for (const fiber of thread.fibers()) {
      if (fiber.state === 'blocked' && fiber.top) (fiber.top.$f as WaitCode).withdraw(fiber.top, fiber, this, true)
      fiber.state = 'gone'
    }
    if (thread.departure !== null) this.mover?.ended(thread)
  }

  /** The thread that an API call or a resumable function runs in when it is called from a host callback. */
  threadOfCallback(instance: ImageInstance | null): Thread | PosixError {
    const replica = instance
      ? this.processes.ofInstance(instance)
      : (this.#callbackOf ?? this.processes.ofInstance(null))
    if (!replica)
      return refusedCallback('its process has ended, or it is of no one process here', 'await what calls back')
    const main = this.threads.get(replica.pid)
    if (main) return main
    if (!this.processes.get(replica.pid)) return replica.evaluator
    return this.home.mainHasEnded(replica.pid)
      ? refusedCallback('that thread has ended', 'have main wait for what calls back')
      : refusedCallback(
          'that thread is not on this kernel',
          'have main stay here, by atoll.pin(), until the callback was made',
        )
  }

  /** What a process's surroundings ask of this kernel. */
  surroundingsHost(process: ProcessReplica): SurroundingsHost {
    return {
      clock: this.clock,
      random: this.random,
      virtual: this.virtual,
      currentThread: () => registers.fiber?.thread ?? null,
      get exitCode() {
        return process.exitCode
      },
      set exitCode(status) {
        process.exitCode = status
      },
      exitFromCallback: (status) => {
        this.#exitFromCallback(process, status)
      },
      write: (stream, output) => {
        this.output.print(process, stream, typeof output === 'string' ? this.#withSources(output) : output)
      },
      after: (delayMs, callback) => {
        const cancel = process.after(this.clock.monotonicUs() + delayMs * 1000, callback)
        this.onWork()
        return cancel
      },
      runCallback: (callback) => {
        if (process.ended) return
        const outer = { fiber: registers.fiber, executor: registers.executor, process: this.#callbackOf }
        registers.fiber = null
        registers.executor = this.executor
        this.#callbackOf = process
        try {
          callback()
        } catch (error) {
          this.crash(process, error)
        } finally {
          registers.fiber = outer.fiber
          registers.executor = outer.executor
          this.#callbackOf = outer.process
        }
      },
    }
  }

  /** Ends a process because of an error that nobody will see otherwise. `journey`: of the thread that it ended, if that has moved. */
  crash(process: ProcessReplica, error: unknown, journey = ''): void {
    const { pid, origin } = process
    this.onWork() // what is sent to this kernel itself rings no doorbell, and host callbacks run while the loop is parked
    if (error instanceof Unwind) {
      if (error.reason !== 'callback' && error.reason !== 'cancellation') this.#exitFromCallback(process, error.value)
      return
    }
    const explanation = withJourney(`Uncaught ${this.explain(error)}`, journey)
    this.messenger.send(origin, processes.crash, { pid, explanation })
  }

  /** An error as people want to see it: its stack in the program's own sources. Never throws. */
  explain(error: unknown, image?: ProgramImage): string {
    try {
      const text = inspect(error, { depth: 4, breakLength: 120 })
      if (!(error instanceof Error)) return text
      return mapStack(text, (hash) => (image?.hash === hash ? image : this.processes.image(hash)))
    } catch {
      return UNSHOWABLE // the error is the program's own: its accessors, proxies and inspection may throw
    }
  }

  /** What a program prints, with the stacks of errors in its own sources. */
  #withSources(output: string): string {
    return hasImagePlaces(output) ? mapStack(output, (hash) => this.processes.image(hash)) : output
  }

  /** Encodes values that mean the same in every process: primitives, plain objects, arrays, errors. */
  encodePlain(values: readonly unknown[]): Uint8Array {
    return encodePlain(values)
  }

  /** A stack other than the main one has ended. */
  #settle(fiber: Fiber): void {
    settle(fiber)
    fiber.isHeldBack = false
    if (fiber.thread.extras?.cancellation === undefined) return
    forgetStack(fiber)
    otherStackEnded(fiber.thread)
  }

  #threadEnded(thread: Thread): void {
    const { memory } = thread.process
    if (memory?.isDirty !== true) {
      this.#finish(thread)
      return
    }
    // Whoever joins it sees what it has written.
    memory.release(() => {
      if (this.threads.get(thread.tid) === thread) this.#finish(thread)
    })
  }

  #finish(thread: Thread): void {
    const { process, tid, main } = thread
    const { pid, origin } = process
    const journey = main.thrown ? this.journeys.describe(tid) : ''
    this.dropThread(thread)
    if (main.thrown && tid === pid) {
      this.crash(process, main.value, journey)
      return
    }
    let { thrown } = main
    let result: Uint8Array
    let explanation = thrown ? withJourney(this.explain(main.value), journey) : ''
    try {
      result = encodeForProcess(process, [main.value])
    } catch (error) {
      // What can't leave its thread is reported to the joiner in place of the result.
      thrown = true
      explanation = this.explain(error)
      result = encodeForProcess(process, [
        error instanceof PosixError ? error : new PosixError('ENOTSUP', 'pthread_exit', String(error)),
      ])
    }
    // Sliced: the home keeps it for a joiner, and with a view of the encoder's buffer all of the buffer.
    if (origin === this.id) this.home.ended(pid, tid, { thrown, result: result.slice(), explanation })
    else this.#reportEnd(process, tid, { thrown, result, explanation })
  }

  /** Tells the origin; what no link carries is reported to the joiner in place of the result. */
  #reportEnd(process: ProcessReplica, tid: ThreadId, outcome: ThreadOutcome): void {
    const { pid, origin } = process
    try {
      this.messenger.send(origin, processes.ended, { pid, tid, ...outcome })
    } catch (error) {
      const refusal = posixErrorOf(error, 'pthread_exit')
      if (!(refusal instanceof PosixError)) throw error
      const result = encodeForProcess(process, [refusal])
      this.messenger.send(origin, processes.ended, { pid, tid, thrown: true, result, explanation: refusal.message })
    }
  }

  /** `exit` was called in a stack that is not the main one: the exit handlers run in its place. */
  #exitFrom({ thread, number }: Fiber, { value }: Unwind): void {
    thread.extras?.fibers.delete(number)
    if (thread.process.isEvaluator(thread)) this.#exitFromCallback(thread.process, value)
    else this.#startExit(thread, value)
  }

  /** A host callback has called `exit`: the exit handlers run on the process's main thread, or where its origin has them run. */
  #exitFromCallback({ pid, origin }: ProcessReplica, status: unknown): void {
    this.onWork() // the loop may be parked, and own messages ring no bell
    const main = this.threads.get(pid)
    if (main) this.#startExit(main, status)
    else this.messenger.send(origin, processes.exitFromCallback, { pid, status: exitStatus(status) })
  }

  /** Has a stack of its own run the exit handlers. */
  #startExit(thread: Thread, status: unknown): void {
    const last = new Fiber(thread, ++thread.lastFiber, exitFrames(status))
    thread.needExtras().fibers.set(last.number, last)
    this.scheduler.enqueue(last)
  }
}

const withJourney = (explanation: string, journey: string): string =>
  journey === '' ? explanation : `${explanation}\n  ${journey}`

/** Said of an error that can't be shown. */
const UNSHOWABLE = 'an error that cannot be shown: looking at it throws. Remedy: throw an Error that can be inspected'

/** A call from a host callback has no thread to run in. */
const refusedCallback = (reason: string, remedy: string): PosixError =>
  new PosixError(
    'EPERM',
    'host callback',
    `a call from a host callback runs on the main thread of its process, but ${reason}. Remedy: ${remedy}`,
  )
