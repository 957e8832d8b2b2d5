import { consoles, processes, type Clock, type Logger, type ProgramImage } from '@atoll/kernel'
import { MembershipHome, Messenger, type KernelId, type Member } from '@atoll/messaging'
import { constants } from 'node:os'
import type { RunningBackend } from '../backend.js'
import type { ProcessResult } from '../child.js'
import type { Console } from '../console.js'
import { KernelStartError, SpawnError } from '../errors.js'
import type { SystemEvents } from '../events.js'
import { ConsoleOrder } from './console-order.js'
import { ConsoleOutput } from './output.js'
import type { ProcessRecord, ProcessTable } from './process-table.js'
import { MessagePump } from './pump.js'
import { Tracing } from './tracing.js'
import type { Trace } from '../trace/trace.js'

/** What a supervisor works with. */
export interface SupervisorParts {
  readonly running: RunningBackend
  readonly console: Console
  readonly processes: ProcessTable
  readonly events: SystemEvents
  readonly logger: Logger
  readonly trace: Trace | null
}

/** A process to be started. */
export interface SpawnRequest {
  readonly image: ProgramImage
  /** The program's name first. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** CPUs that its main thread may run on. */
  readonly cpus: readonly number[] | undefined
  /** The built-in policy that places its threads; `''`: the kernels' own. */
  readonly placement: string
}

/** The main isolate's part of a system: it exchanges messages with the kernels like one of them, and runs no threads. */
export class Supervisor {
  readonly #running: RunningBackend
  readonly #output: ConsoleOutput
  readonly #processes: ProcessTable
  readonly #events: SystemEvents
  readonly #logger: Logger
  readonly #messenger: Messenger
  readonly #pump: MessagePump
  readonly #membership: MembershipHome
  readonly #order = new ConsoleOrder()
  readonly #tracing: Tracing | null
  /** Called when the kernel is dead. */
  readonly #mourners = new Map<KernelId, () => void>()
  /** Ends the wait for the kernels to join; set while there is one. */
  #booted: { readonly resolve: () => void; readonly reject: (error: Error) => void } | null = null

  constructor({ running, console, processes: table, events, logger, trace }: SupervisorParts) {
    this.#running = running
    this.#processes = table
    this.#events = events
    this.#logger = logger
    this.#messenger = new Messenger({ transport: running.transport, log: logger })
    this.#pump = new MessagePump(this.#messenger)
    this.#membership = new MembershipHome(this.#messenger)
    this.#output = new ConsoleOutput(console, this.#messenger, logger, () => this.#pump.kick())
    this.#tracing = trace && new Tracing(trace, running, this.#messenger, logger)
    this.#serveMembership()
    this.#serveConsole()
    this.#serveProcesses()
  }

  /** Resolves when every kernel has joined, and knows that the others have. */
  allJoined(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#booted = { resolve, reject }
      this.#pump.kick()
    })
  }

  /** The living kernels, in the order of their numbers. */
  members(): readonly Member[] {
    return this.#membership.alive()
  }

  isAlive(kernel: KernelId): boolean {
    return this.#membership.isAlive(kernel)
  }

  /** The backend's monitor says that a kernel is dead. What it had sent is received first. */
  died(kernel: KernelId, reason: string): void {
    this.#fail(new KernelStartError(kernel, reason)) // of no effect once all have joined
    this.#membership.declareDead(kernel, reason)
    this.#pump.kick()
  }

  /** The backend can't go on. */
  failed(error: Error): void {
    this.#fail(error)
    this.close()
  }

  /** Completes the trace, if one is taken. */
  async endTrace(clock: Clock): Promise<void> {
    const kernels = this.members().map(({ id }) => id)
    await this.#tracing?.end(kernels, clock, () => {
      this.#pump.kick()
    })
  }

  /** Ends all links, and the waits for replies and deaths. */
  close(): void {
    this.#pump.stop()
    this.#messenger.close()
    for (const resolve of this.#mourners.values()) resolve()
  }

  /** Resolves when a living kernel is dead, and the others have been told. */
  whenDead(kernel: KernelId): Promise<void> {
    return new Promise((resolve) => {
      const others = this.#mourners.get(kernel)
      this.#mourners.set(kernel, () => {
        others?.()
        resolve()
      })
    })
  }

  /** Creates a process on kernel `origin`. */
  spawn(origin: KernelId, { image, argv, env, cpus, placement }: SpawnRequest): Promise<ProcessRecord> {
    const { hash, name, code, sourceMap, sourceRoot } = image
    const environment = Object.entries(env).map(([key, value]) => `${key}=${value}`)
    const query = {
      hash,
      name,
      code,
      sourceMap,
      argv,
      env: environment,
      watched: this.#events.isWatched,
      placement,
      ...(cpus && { cpus }),
      ...(sourceRoot !== undefined && { sourceRoot }),
    }
    return new Promise((resolve, reject) => {
      this.#messenger.request(origin, processes.spawn, query, (error, reply) => {
        if (error) reject(new SpawnError(name, error.message))
        else if (reply.failure === undefined) {
          // Now, not when the caller goes on: the process, or its origin, may end in this very poll.
          const started = { pid: reply.pid, kernel: origin, program: name }
          resolve(this.#processes.claim(reply.pid, () => this.#events.emit('process-started', started)))
        } else {
          this.#processes.discard(reply.pid)
          reject(new SpawnError(name, reply.failure))
        }
      })
      this.#pump.kick()
    })
  }

  /** Ends a process as if by SIGKILL. */
  kill(origin: KernelId, pid: number): void {
    this.#messenger.send(origin, processes.kill, { pid })
    this.#pump.kick()
  }

  /** Has threads' motion reported, or no longer. */
  watch(on: boolean): void {
    for (const { id } of this.members()) this.#messenger.send(id, processes.watch, { on })
    this.#pump.kick()
  }

  #serveMembership(): void {
    const { events, suspicions } = this.#membership
    events.on('joined', ({ id, node }) => {
      this.#tracing?.joined(id)
      if (this.#events.isWatched) this.#messenger.send(id, processes.watch, { on: true })
      this.#events.emit('kernel-joined', { kernel: id, node })
      if (this.#running.kernels.every((kernel) => this.isAlive(kernel)))
        this.#membership.whenKnown(() => this.#booted?.resolve())
    })
    events.on('died', ({ id, reason }) => {
      const lost: ProcessResult = { status: 0, signal: 'SIGKILL', reason: `lost kernel ${id}, its origin: ${reason}` }
      this.#order.event(id, () => {
        this.#processes.endAll(lost, id) // behind what the kernel itself had still reported
      })
      this.#order.died(id)
      this.#events.emit('kernel-died', { kernel: id, reason })
      this.#mourners.get(id)?.()
      this.#mourners.delete(id)
    })
    suspicions.on('suspected', (suspect, reporter, reason) => {
      // A link breaks when one side sends what no correct kernel sends. Nobody can trust that kernel any more.
      this.#logger.error('a kernel is ended because a link to it broke', { kernel: suspect, reporter, reason })
      this.#running.terminate(suspect).catch((error: unknown) => {
        this.#logger.error('a kernel could not be ended', { kernel: suspect, error })
      })
    })
  }

  #fail(error: Error): void {
    this.#booted?.reject(error)
  }

  #serveConsole(): void {
    const messenger = this.#messenger
    messenger.on(consoles.write, (from, { pid, stream, line, data }) => {
      this.#order.line(from, line, () => {
        this.#output.write(from, pid, stream === 1 ? 'stdout' : 'stderr', data)
      })
    })
    messenger.on(consoles.known, (from, { counts }) => {
      this.#order.known(from, counts)
    })
    messenger.on(consoles.knownBulk, () => {
      // Nothing in the supervisor's bulk lane has to wait for lines.
    })
  }

  #serveProcesses(): void {
    this.#messenger.on(processes.exited, (from, { pid, status, signal, reason }) => {
      this.#order.event(from, () => {
        this.#output.forget(pid)
        this.#processes.end(pid, { status, signal: signalName(signal), reason })
      })
    })
    this.#messenger.on(processes.threadStarted, (_from, event) => {
      this.#events.emit('thread-started', event)
    })
    this.#messenger.on(processes.threadMoved, (_from, { pid, tid, from, to }) => {
      this.#events.emit('thread-moved', { pid, tid, from, to })
    })
  }
}

const NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]))

/** Node's name of a signal; `null` for 0, which is none. */
const signalName = (signal: number): NodeJS.Signals | null => (signal === 0 ? null : (NAMES.get(signal) ?? 'SIGKILL'))
