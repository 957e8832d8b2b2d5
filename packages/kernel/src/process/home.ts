import { SUPERVISOR, type KernelId } from '@atoll/messaging'
import type { ProgramImage } from '../frames/image.js'
import type { Kernel } from '../kernel.js'
import type { ThreadId } from '../threads/thread.js'
import { ProcessCalls } from './calls.js'
import { ProcessEnds } from './ends.js'
import { SchedulingCalls } from './scheduling-calls.js'
import { cpuOf, Numbers } from './numbers.js'
import { OriginProcess } from './origin-process.js'
import { processes } from './protocol.js'
import { Pursuits } from './pursuits.js'
import { DETACHED, type ThreadEntry, type ThreadOutcome } from './thread-entry.js'

/** What a new thread needs. */
export interface Registration {
  readonly cpus?: readonly number[] | undefined
  readonly detached: boolean
  readonly name: string
}

/** A refusal of the application API. */
export interface Refusal {
  readonly code: string
  readonly explanation: string
}

/** The origin's side of processes: which there are, and where their threads are. */
export class ProcessHome {
  readonly #kernel: Kernel
  readonly #numbers: Numbers
  readonly #processes = new Map<ThreadId, OriginProcess>()
  /** What threads ask it. */
  readonly calls: ProcessCalls
  /** What is asked of threads that may be on their way. */
  readonly pursuits: Pursuits
  readonly #ends: ProcessEnds
  #watched = false

  constructor(kernel: Kernel) {
    this.#kernel = kernel
    this.#numbers = new Numbers(kernel.id)
    this.pursuits = new Pursuits(kernel, this.#processes)
    this.calls = new ProcessCalls(kernel, this)
    new SchedulingCalls(kernel, this)
    this.#ends = new ProcessEnds(kernel, this.#processes, (process) => {
      this.#forget(process)
    })
    this.#serveSupervisor()
    this.#serveKernels()
  }

  /** The process of this number, if it was created here and has not ended. */
  process(pid: ThreadId): OriginProcess | undefined {
    return this.#processes.get(pid)
  }

  /** Creates a process here and starts its main thread; the policy of the name `placement` places the others. Throws what the evaluation of the program's modules throws. */
  spawn(
    pid: ThreadId,
    image: ProgramImage,
    argv: readonly string[],
    env: readonly string[],
    cpus?: readonly number[],
    policy = '',
  ): void {
    const placement = this.#kernel.policies.get(policy) ?? this.#kernel.placement
    const process = new OriginProcess({ pid, image, argv, env, placement }, this.#kernel.id)
    this.#processes.set(pid, process)
    this.#enter(process, pid, this.#kernel.id, { cpus, detached: false, name: image.name }, this.#kernel.id)
    try {
      this.#kernel.processes.begin(pid, image, argv, env, cpus ?? null, placement.balances === true)
    } catch (error) {
      this.#forget(process)
      throw error
    }
  }

  /** Gives a new thread of a process of this kernel a number and a place. `creator`: the kernel that its first frames come from. */
  register(
    pid: ThreadId,
    registration: Registration,
    creator = this.#kernel.id,
  ): { tid: ThreadId; kernel: KernelId } | Refusal {
    const process = this.#processes.get(pid)
    if (!process || process.ending) return { code: 'ESRCH', explanation: `process ${pid} is ending` }
    const kernel = this.#place(process, registration.cpus)
    if (kernel === null) {
      return { code: 'EINVAL', explanation: `no CPU of the affinity set {${String(registration.cpus)}} is online` }
    }
    const tid = this.#numbers.allocate()
    if (tid === null) return { code: 'EAGAIN', explanation: 'this process has as many threads as a system can number' }
    this.#enter(process, tid, kernel, registration, creator)
    return { tid, kernel }
  }

  /** Has the main thread of a process of this kernel ended, while others of it run on? */
  mainHasEnded(pid: ThreadId): boolean {
    const process = this.#processes.get(pid)
    return process !== undefined && process.threads.get(pid)?.outcome !== null
  }

  /** The thread of this number could not be sent to where it was to begin: it never was. */
  unregister(pid: ThreadId, tid: ThreadId): void {
    const process = this.#processes.get(pid)
    const entry = process?.threads.get(tid)
    if (!process || !entry) return
    process.end(entry)
    this.remove(process, entry)
  }

  /** The thread is on its way from `sender` (epoch 0: to where it begins). */
  departed(pid: ThreadId, tid: ThreadId, epoch: number, to: KernelId, sender = this.#kernel.id): void {
    const process = this.#processes.get(pid)
    const entry = process?.threads.get(tid)
    if (!process || !entry || entry.outcome || !process.depart(entry, epoch, to, sender)) return
    if (!this.#kernel.membership.isAlive(to)) this.#ends.loseThread(pid, to)
  }

  /** A thread is on kernel `at`. */
  arrived(pid: ThreadId, tid: ThreadId, epoch: number, at: KernelId): void {
    const process = this.#processes.get(pid)
    const entry = process?.threads.get(tid)
    if (!process || !entry || entry.outcome) return
    const from = process.arrive(entry, epoch, at)
    if (from === null) return
    if (epoch === 0) this.#reportStart(pid, tid, at)
    else if (this.#watched) this.#kernel.messenger.send(SUPERVISOR, processes.threadMoved, { pid, tid, from, to: at })
  }

  /** A thread has ended: its joiner gets the outcome; the last thread ends the process. */
  ended(pid: ThreadId, tid: ThreadId, outcome: ThreadOutcome): void {
    const process = this.#processes.get(pid)
    const entry = process?.threads.get(tid)
    if (!process || !entry || entry.outcome) return
    entry.outcome = outcome
    process.end(entry)
    const { joiner } = entry
    if (joiner === DETACHED) {
      this.discard(process, entry)
    } else if (joiner !== null) {
      this.calls.joined(joiner, outcome)
      this.remove(process, entry)
    }
    if (process.living === 0 && !process.ending) this.#exitOnNewThread(process, 0)
  }

  /** Ends a process with this status. */
  exit(pid: ThreadId, status: number): void {
    this.#ends.exit(pid, status)
  }

  /** Nobody will join this thread, which has ended. */
  discard(process: OriginProcess, entry: ThreadEntry): void {
    this.#ends.complain(process, entry)
    this.remove(process, entry)
  }

  /** Takes a thread that has ended out of the table: its number is free. */
  remove(process: OriginProcess, { tid }: ThreadEntry): void {
    process.remove(tid)
    if (tid !== process.pid) this.#numbers.release(tid)
  }

  #serveSupervisor(): void {
    const { messenger } = this.#kernel
    messenger.serve(processes.spawn, (_from, { argv, env, cpus, watched, placement, ...image }, reply) => {
      this.#watched ||= watched
      const pid = this.#numbers.allocate()
      if (pid === null) throw new Error('this kernel has no process number left')
      try {
        this.spawn(pid, image, argv, env, cpus, placement)
        reply({ pid })
      } catch (error) {
        reply({ pid, failure: this.#kernel.explain(error, image) })
      }
    })
    messenger.on(processes.watch, (_from, { on }) => {
      this.#watched = on
    })
  }

  #serveKernels(): void {
    const { messenger } = this.#kernel
    messenger.serve(processes.enter, (from, { pid }, reply) => {
      const process = this.#processes.get(pid)
      if (!process || process.ending) {
        reply({ exists: false, hash: '', argv: [], env: [], nice: 0, balanced: false })
        return
      }
      process.sharers.add(from)
      const { image, argv, env, nice, placement } = process
      reply({ exists: true, hash: image.hash, argv, env, nice, balanced: placement.balances === true })
    })
    messenger.serve(processes.image, (_from, { hash }, reply) => {
      const image = this.#kernel.processes.image(hash)
      reply(image ? { exists: true, ...image } : { exists: false, name: '', code: '', sourceMap: '' })
    })
    messenger.on(processes.unregister, (_from, { pid, tid }) => {
      this.unregister(pid, tid)
    })
    messenger.on(processes.departed, (from, { pid, tid, epoch, to }) => {
      this.departed(pid, tid, epoch, to, from)
    })
    messenger.on(processes.arrived, (from, { pid, tid, epoch }) => {
      this.arrived(pid, tid, epoch, from)
    })
    messenger.on(processes.ended, (_from, { pid, tid, ...outcome }) => {
      this.ended(pid, tid, outcome)
    })
    messenger.on(processes.exitFromCallback, (_from, { pid, status }) => {
      const process = this.#processes.get(pid)
      if (process && !process.ending && process.exiting === null) this.#exitOnNewThread(process, status)
    })
  }

  /** There is no thread that could run the exit handlers: one is made for it. */
  #exitOnNewThread(process: OriginProcess, status: number): void {
    const { pid } = process
    const tid = this.#numbers.allocate()
    if (tid === null) {
      this.exit(pid, status) // as if there were no handlers: no thread can be made to run them
      return
    }
    process.exiting = tid
    this.#enter(process, tid, this.#kernel.id, { detached: true, name: 'exit' }, this.#kernel.id)
    this.#kernel.processes.exitFromNowhere(pid, tid, status)
  }

  #enter(
    process: OriginProcess,
    tid: ThreadId,
    kernel: KernelId,
    { cpus, detached, name }: Registration,
    creator: KernelId,
  ): void {
    const isHere = kernel === this.#kernel.id && creator === kernel
    const shared = cpus ? this.#kernel.cpuSets.share(cpus) : null
    process.enter({ tid, name, kernel, cpus: shared, detached }, creator, isHere)
    if (isHere) this.#reportStart(process.pid, tid, kernel)
  }

  #reportStart(pid: ThreadId, tid: ThreadId, kernel: KernelId): void {
    if (this.#watched) this.#kernel.messenger.send(SUPERVISOR, processes.threadStarted, { pid, tid, kernel })
  }

  #place(process: OriginProcess, cpus: readonly number[] | undefined): KernelId | null {
    const candidates = this.#kernel.membership
      .alive()
      .map(({ id, node }) => ({ kernel: id, cpu: cpuOf(id), node, threads: process.load(id) }))
      .filter(({ cpu }) => cpus === undefined || cpus.includes(cpu))
    return candidates.length === 0 ? null : process.placement.place(candidates).kernel
  }

  #forget(process: OriginProcess): void {
    this.#processes.delete(process.pid)
    this.#kernel.waitHome.forget(process.pid)
    for (const { tid } of process.threads.values()) this.#numbers.release(tid)
    this.#numbers.release(process.pid)
  }
}
