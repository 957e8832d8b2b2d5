import { SUPERVISOR, type KernelId } from '@atoll/messaging'
import type { ProgramImage } from '../frames/image.js'
import type { Kernel } from '../kernel.js'
import type { Placement } from '../placement.js'
import type { ThreadId } from '../threads/thread.js'
import type { ErrorCode } from '../posix-error.js'
import { Outcome } from '../waits/protocol.js'
import { refusal, type WaitOutcome, type WaitRecord, type WaitRequest } from '../waits/home.js'
import { cpuOf, Numbers } from './numbers.js'
import { processes } from './protocol.js'
import type { ThreadEntry, ThreadOutcome } from './thread-table.js'

/** What the origin knows of one of its processes. */
interface OriginProcess {
  readonly pid: ThreadId
  readonly image: ProgramImage
  readonly argv: readonly string[]
  readonly env: readonly string[]
  /** Where its threads go. */
  readonly placement: Placement
  readonly threads: Map<ThreadId, ThreadEntry>
  /** How many living threads each kernel hosts or expects. */
  readonly load: Map<KernelId, number>
  /** Kernels that have entered: they may host threads of it. */
  readonly sharers: Set<KernelId>
  /** Encoded closures, to be run last in, first out. */
  readonly exitHandlers: Uint8Array[]
  /** The thread that runs the exit handlers, once one does. */
  exiting: ThreadId | null
  /** How it ends, once it does. */
  ending: ProcessEnd | null
}

/** How a process ended. */
export interface ProcessEnd {
  readonly status: number
  /** 0 unless it was killed. */
  readonly signal: number
  /** For people; `''` when there is nothing to say. */
  readonly reason: string
}

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

type Answer = { readonly value: unknown } | { readonly outcome: ThreadOutcome } | { readonly error: Refusal }

const SIGKILL = 9

/** The origin's side of processes: their threads' table, joins, affinity, and their end. */
export class ProcessHome {
  readonly #kernel: Kernel
  readonly #numbers: Numbers
  readonly #processes = new Map<ThreadId, OriginProcess>()
  #watched = false

  constructor(kernel: Kernel) {
    this.#kernel = kernel
    this.#numbers = new Numbers(kernel.id)
    this.#serveSupervisor()
    this.#serveKernels()
    this.#serveCalls()
    kernel.membership.events.on('died', ({ id, reason }) => {
      this.#kernelDied(id, reason)
    })
  }

  /** Creates a process here and starts its main thread; the policy of the name `placement` places the others. Throws what the evaluation of the program's modules throws. */
  spawn(
    pid: ThreadId,
    image: ProgramImage,
    argv: readonly string[],
    env: readonly string[],
    cpus?: readonly number[],
    placement = '',
  ): void {
    const process: OriginProcess = {
      pid,
      image,
      argv,
      env,
      placement: this.#kernel.policies.get(placement) ?? this.#kernel.placement,
      threads: new Map(),
      load: new Map(),
      sharers: new Set([this.#kernel.id]),
      exitHandlers: [],
      exiting: null,
      ending: null,
    }
    this.#processes.set(pid, process)
    this.#enter(process, pid, this.#kernel.id, { cpus, detached: false, name: image.name }, this.#kernel.id)
    try {
      this.#kernel.processes.begin(pid, image, argv, env, cpus ?? null)
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
    count(process, entry.kernel, -1)
    this.#remove(process, entry)
  }

  /** The thread is on its way from `sender` (epoch 0: to where it begins). */
  departed(pid: ThreadId, tid: ThreadId, epoch: number, to: KernelId, sender = this.#kernel.id): void {
    const process = this.#processes.get(pid)
    const entry = process?.threads.get(tid)
    if (!process || !entry || entry.outcome) return
    if (epoch < entry.epoch || (epoch === entry.epoch && entry.arrived)) return
    relocate(process, entry, epoch, to)
    entry.arrived = false
    entry.sender = sender
    if (!this.#kernel.membership.isAlive(to)) this.#loseThread(pid, to)
  }

  /** A thread is on kernel `at`. */
  arrived(pid: ThreadId, tid: ThreadId, epoch: number, at: KernelId): void {
    const process = this.#processes.get(pid)
    const entry = process?.threads.get(tid)
    if (!process || !entry || entry.outcome || epoch < entry.epoch) return
    if (entry.arrived && epoch === entry.epoch) return // created where it was to be
    const from = entry.from
    relocate(process, entry, epoch, at)
    entry.arrived = true
    if (epoch === 0) this.#reportStart(pid, tid, at)
    else if (this.#watched) this.#kernel.messenger.send(SUPERVISOR, processes.threadMoved, { pid, tid, from, to: at })
    retryRequests(entry)
  }

  /** A thread has ended: its joiner gets the outcome; the last thread ends the process. */
  ended(pid: ThreadId, tid: ThreadId, outcome: ThreadOutcome, explanation: string): void {
    const process = this.#processes.get(pid)
    const entry = process?.threads.get(tid)
    if (!process || !entry || entry.outcome) return
    entry.outcome = outcome
    count(process, entry.kernel, -1)
    entry.explanation = explanation
    retryRequests(entry)
    if (entry.joiner) {
      this.#answer(entry.joiner, { outcome })
      this.#remove(process, entry)
    } else if (entry.detached) {
      this.#complain(process, entry)
      this.#remove(process, entry)
    }
    if (process.load.size === 0 && !process.ending) this.#exitOnNewThread(process, 0)
  }

  /** Ends a process with this status. */
  exit(pid: ThreadId, status: number): void {
    this.#end(pid, { status, signal: 0, reason: '' })
  }

  /** Asks for the outcome of `target` on behalf of a thread on kernel `from`; answered by the wait protocol. */
  join(from: KernelId, request: WaitRequest, target: ThreadId): void {
    const process = this.#processes.get(request.pid)
    const entry = process?.threads.get(target)
    const refused = refuseJoin(request.tid, target, entry, process)
    if (refused || !process || !entry) {
      this.#answerCall(from, request, { error: refused ?? noSuchThread(target) })
    } else if (entry.outcome) {
      this.#answerCall(from, request, { outcome: entry.outcome })
      this.#remove(process, entry)
    } else {
      const record = this.#kernel.waitHome.open(from, request, () => {
        if (entry.joiner === record) entry.joiner = null
      })
      entry.joiner = record
      this.#kernel.waitHome.confirm(record)
    }
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
    messenger.on(processes.kill, (_from, { pid }) => {
      this.#end(pid, { status: 0, signal: SIGKILL, reason: 'killed from outside' })
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
        reply({ exists: false, hash: '', argv: [], env: [] })
        return
      }
      process.sharers.add(from)
      reply({ exists: true, hash: process.image.hash, argv: process.argv, env: process.env })
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
    messenger.on(processes.ended, (_from, { pid, tid, thrown, result, explanation }) => {
      this.ended(pid, tid, { thrown, result }, explanation)
    })
    messenger.on(processes.exitFromCallback, (_from, { pid, status }) => {
      const process = this.#processes.get(pid)
      if (process && !process.ending && process.exiting === null) this.#exitOnNewThread(process, status)
    })
    messenger.on(processes.exit, (_from, { pid, status }) => {
      this.exit(pid, status)
    })
    messenger.on(processes.crash, (_from, { pid, explanation }) => {
      this.crash(pid, explanation)
    })
  }

  #serveCalls(): void {
    const { messenger, waitHome } = this.#kernel
    waitHome.serve(processes.register, (from, message) => {
      const answer = this.register(message.pid, message, from)
      this.#answerCall(from, message, 'code' in answer ? { error: answer } : { value: [answer.tid, answer.kernel] })
    })
    waitHome.serve(processes.join, (from, message) => {
      this.join(from, message, message.target)
    })
    waitHome.serve(processes.detach, (from, message) => {
      this.#answerCall(from, message, this.#detach(message.pid, message.target))
    })
    waitHome.serve(processes.affinity, (from, message) => {
      this.#answerCall(
        from,
        message,
        this.#query(message.pid, message.target, ({ cpus }) => cpus),
      )
    })
    waitHome.serve(processes.name, (from, message) => {
      this.#answerCall(
        from,
        message,
        this.#query(message.pid, message.target, ({ name }) => name),
      )
    })
    waitHome.serve(processes.setName, (from, message) => {
      const rename = (entry: ThreadEntry): void => {
        entry.name = message.name
      }
      this.#answerCall(from, message, this.#query(message.pid, message.target, rename))
    })
    waitHome.serve(processes.setAffinity, (from, message) => {
      this.#setAffinity(from, message, message.target, message.cpus)
    })
    messenger.on(processes.keeps, (_from, { pid, tid, epoch, cpus }) => {
      const entry = this.#processes.get(pid)?.threads.get(tid)
      if (entry) setCpus(entry, epoch, cpus)
    })
    waitHome.serve(processes.atExit, (from, message) => {
      this.#processes.get(message.pid)?.exitHandlers.push(message.handler)
      this.#answerCall(from, message, { value: undefined })
    })
    waitHome.serve(processes.nextExitHandler, (from, message) => {
      this.#nextExitHandler(from, message)
    })
  }

  #nextExitHandler(from: KernelId, request: WaitRequest): void {
    const process = this.#processes.get(request.pid)
    if (!process) return // it has ended, and the thread that asks is being dropped
    process.exiting ??= request.tid
    if (process.exiting === request.tid) {
      const result = process.exitHandlers.pop()
      this.#answerCall(from, request, result ? { outcome: { thrown: false, result } } : { value: undefined })
      return
    }
    const { waitHome } = this.#kernel
    waitHome.confirm(waitHome.open(from, request, () => undefined)) // another thread ends the process, and this one with it
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
    const arrived = kernel === this.#kernel.id && creator === kernel
    count(process, kernel, 1)
    process.threads.set(tid, {
      tid,
      name,
      kernel,
      from: kernel,
      sender: creator,
      arrived,
      epoch: 0,
      cpus: cpus ? this.#kernel.cpuSets.share(cpus) : null,
      cpusEpoch: 0,
      detached,
      outcome: null,
      explanation: '',
      joiner: null,
      onArrival: null,
    })
    if (arrived) this.#reportStart(process.pid, tid, kernel)
  }

  #reportStart(pid: ThreadId, tid: ThreadId, kernel: KernelId): void {
    if (this.#watched) this.#kernel.messenger.send(SUPERVISOR, processes.threadStarted, { pid, tid, kernel })
  }

  #place(process: OriginProcess, cpus: readonly number[] | undefined): KernelId | null {
    const candidates = this.#kernel.membership
      .alive()
      .map(({ id, node }) => ({ kernel: id, cpu: cpuOf(id), node, threads: process.load.get(id) ?? 0 }))
      .filter(({ cpu }) => cpus === undefined || cpus.includes(cpu))
    return candidates.length === 0 ? null : process.placement.place(candidates).kernel
  }

  #detach(pid: ThreadId, target: ThreadId): Answer {
    const process = this.#processes.get(pid)
    const entry = process?.threads.get(target)
    if (!process || !entry) return { error: noSuchThread(target) }
    if (entry.detached) return { error: { code: 'EINVAL', explanation: `thread ${target} is detached already` } }
    entry.detached = true
    if (entry.outcome) {
      this.#complain(process, entry)
      this.#remove(process, entry)
    }
    return { value: undefined }
  }

  #query(pid: ThreadId, target: ThreadId, read: (entry: ThreadEntry) => unknown): Answer {
    const entry = this.#processes.get(pid)?.threads.get(target)
    return entry && !entry.outcome ? { value: read(entry) } : { error: noSuchThread(target) }
  }

  #setAffinity(from: KernelId, request: WaitRequest, target: ThreadId, cpus: readonly number[]): void {
    const { pid } = request
    const record = this.#kernel.waitHome.open(from, request, () => undefined)
    const finish = (answer: Answer): void => {
      this.#answer(record, answer)
    }
    const attempt = (): void => {
      const process = this.#processes.get(pid)
      const entry = process?.threads.get(target)
      if (!process || process.ending || !entry || entry.outcome) {
        finish({ error: noSuchThread(target) })
      } else if (!entry.arrived) {
        entry.onArrival = [...(entry.onArrival ?? []), attempt]
      } else {
        const relocation = { pid, tid: target, cpus }
        this.#kernel.messenger.request(entry.kernel, processes.relocate, relocation, (error, reply) => {
          if (error) finish({ error: { code: 'EIO', explanation: error.message } })
          else if (reply.absent)
            attempt() // it has departed, and that report came before this reply
          else if (reply.refusal) finish({ error: reply.refusal })
          else {
            setCpus(entry, reply.epoch, cpus)
            finish({ value: undefined })
          }
        })
      }
    }
    this.#kernel.waitHome.confirm(record)
    attempt()
  }

  #answerCall(from: KernelId, request: WaitRequest, answer: Answer): void {
    this.#kernel.waitHome.answer(from, request, this.#outcomeOf(answer))
  }

  #answer(record: WaitRecord, answer: Answer): void {
    this.#kernel.waitHome.complete(record, this.#outcomeOf(answer))
  }

  #outcomeOf(answer: Answer): WaitOutcome {
    if ('outcome' in answer) {
      const { thrown, result } = answer.outcome
      return { outcome: thrown ? Outcome.exception : Outcome.value, result }
    }
    if ('error' in answer) return refusal(answer.error.code as ErrorCode, answer.error.explanation)
    return { outcome: Outcome.value, result: this.#kernel.encodePlain([answer.value]) }
  }

  /** Ends a process because of an error that nobody else will see: shown on its standard error, status 1. */
  crash(pid: ThreadId, explanation: string): void {
    const process = this.#processes.get(pid)
    if (!process || process.ending) return
    this.#kernel.console.write(pid, 'stderr', `${explanation}\n`)
    this.#end(pid, { status: 1, signal: 0, reason: '' })
  }

  #end(pid: ThreadId, end: ProcessEnd): void {
    const process = this.#processes.get(pid)
    if (!process || process.ending) return
    process.ending = end
    for (const entry of process.threads.values()) this.#complain(process, entry)
    let awaited = process.sharers.size
    const finish = (): void => {
      if (--awaited > 0) return
      this.#forget(process)
      this.#kernel.messenger.send(SUPERVISOR, processes.exited, { pid, ...end })
    }
    for (const kernel of process.sharers) this.#kernel.messenger.request(kernel, processes.terminate, { pid }, finish)
  }

  /** An error that nobody joined to see is shown, not lost. */
  #complain({ pid }: OriginProcess, { tid, explanation }: ThreadEntry): void {
    if (explanation === '') return
    this.#kernel.console.write(pid, 'stderr', `atoll: thread ${tid}, which nobody joined, ended with ${explanation}\n`)
  }

  #remove(process: OriginProcess, entry: ThreadEntry): void {
    process.threads.delete(entry.tid)
    if (entry.tid !== process.pid) this.#numbers.release(entry.tid)
  }

  #forget(process: OriginProcess): void {
    this.#processes.delete(process.pid)
    this.#kernel.waitHome.forget(process.pid)
    for (const tid of process.threads.keys()) this.#numbers.release(tid)
    this.#numbers.release(process.pid)
  }

  #kernelDied(dead: KernelId, reason: string): void {
    for (const process of this.#processes.values()) {
      process.sharers.delete(dead)
      const living = [...process.threads.values()].filter(({ outcome }) => outcome === null)
      if (living.some(({ kernel }) => kernel === dead)) this.#loseThread(process.pid, dead, reason)
      else this.#awaitArrivals(process, living, dead, reason)
    }
  }

  /** What a kernel that is dead now had sent has arrived, or never will: the kernels that expect it know. */
  #awaitArrivals(process: OriginProcess, living: readonly ThreadEntry[], dead: KernelId, reason: string): void {
    const { pid } = process
    const isOnItsWay = ({ arrived, sender, outcome }: ThreadEntry): boolean =>
      !arrived && sender === dead && outcome === null
    const underway = living.filter(isOnItsWay)
    for (const to of new Set(underway.map(({ kernel }) => kernel))) {
      this.#kernel.messenger.request(to, processes.arrivals, { pid, sender: dead }, (error, _reply) => {
        if (error) return // the death of the kernel that was asked ends the process
        const isLost = underway.some((entry) => entry.kernel === to && isOnItsWay(entry))
        if (isLost) this.#loseThread(pid, dead, reason)
      })
    }
  }

  #loseThread(pid: ThreadId, kernel: KernelId, reason = 'it died'): void {
    this.#end(pid, {
      status: 0,
      signal: SIGKILL,
      reason: `lost kernel ${kernel}, which hosted threads of it: ${reason}`,
    })
  }
}

/** Those that met the thread in motion: they find it at rest now, or gone. */
function retryRequests(entry: ThreadEntry): void {
  const requests = entry.onArrival
  entry.onArrival = null
  for (const retry of requests ?? []) retry()
}

/** Keeps the table of loads. */
function count({ load }: OriginProcess, kernel: KernelId, change: number): void {
  const threads = (load.get(kernel) ?? 0) + change
  if (threads === 0) load.delete(kernel)
  else load.set(kernel, threads)
}

/** Enters what a thread that had moved `epoch` times was restricted to, unless something newer is known. */
function setCpus(entry: ThreadEntry, epoch: number, cpus: readonly number[]): void {
  if (epoch < entry.cpusEpoch) return
  entry.cpusEpoch = epoch
  entry.cpus = cpus
}

function relocate(process: OriginProcess, entry: ThreadEntry, epoch: number, to: KernelId): void {
  if (entry.arrived) entry.from = entry.kernel
  count(process, entry.kernel, -1)
  count(process, to, 1)
  entry.epoch = epoch
  entry.kernel = to
}

function noSuchThread(target: ThreadId): Refusal {
  return { code: 'ESRCH', explanation: `there is no thread ${target} (never was, or it was joined or ended detached)` }
}

function refuseJoin(
  caller: ThreadId,
  target: ThreadId,
  entry: ThreadEntry | undefined,
  process: OriginProcess | undefined,
): Refusal | null {
  if (!entry) return noSuchThread(target)
  if (caller === target) return { code: 'EDEADLK', explanation: 'a thread that joins itself would wait for ever' }
  if (entry.detached) return { code: 'EINVAL', explanation: `thread ${target} is detached` }
  if (entry.joiner)
    return { code: 'EINVAL', explanation: `thread ${entry.joiner.tid} waits for thread ${target} already` }
  if (process?.threads.get(caller)?.joiner?.tid === target) {
    return { code: 'EDEADLK', explanation: `thread ${target} waits for this thread to end` }
  }
  return null
}
