import type { KernelId } from '@atoll/messaging'
import type { Kernel } from '../kernel.js'
import type { ErrorCode } from '../posix-error.js'
import type { ThreadId } from '../threads/thread.js'
import { refusal, type WaitOutcome, type WaitRecord, type WaitRequest } from '../waits/home.js'
import { Outcome } from '../waits/protocol.js'
import type { ProcessHome, Refusal } from './home.js'
import type { OriginProcess } from './origin-process.js'
import { processes } from './protocol.js'
import { DETACHED, type ThreadEntry, type ThreadOutcome } from './thread-entry.js'

type Answer = { readonly value: unknown } | { readonly outcome: ThreadOutcome } | { readonly error: Refusal }

/** What threads ask the origin of their process, by the wait protocol. */
export class ProcessCalls {
  readonly #kernel: Kernel
  readonly #home: ProcessHome

  constructor(kernel: Kernel, home: ProcessHome) {
    this.#kernel = kernel
    this.#home = home
    this.#serve()
  }

  #serve(): void {
    const { messenger, waitHome } = this.#kernel
    waitHome.serve(processes.register, (from, message) => {
      const answer = this.#home.register(message.pid, message, from)
      this.#answerCall(from, message, 'code' in answer ? { error: answer } : { value: [answer.tid, answer.kernel] })
    })
    waitHome.serve(processes.join, (from, message) => {
      this.join(from, message, message.target)
    })
    waitHome.serve(processes.detach, (from, message) => {
      this.#answerCall(from, message, this.#detach(message.pid, message.target))
    })
    waitHome.serve(processes.affinity, (from, message) => {
      const answer = this.#query(message.pid, message.target, ({ cpus }) => cpus)
      this.#answerCall(from, message, answer)
    })
    waitHome.serve(processes.name, (from, message) => {
      const answer = this.#query(message.pid, message.target, ({ tid }, { names }) => names.get(tid) ?? '')
      this.#answerCall(from, message, answer)
    })
    waitHome.serve(processes.setName, (from, message) => {
      const rename = ({ tid }: ThreadEntry, { names }: OriginProcess): void => {
        names.set(tid, message.name)
      }
      this.#answerCall(from, message, this.#query(message.pid, message.target, rename))
    })
    waitHome.serve(processes.setAffinity, (from, message) => {
      this.#setAffinity(from, message, message.target, message.cpus)
    })
    messenger.on(processes.keeps, (_from, { pid, tid, epoch, cpus }) => {
      const process = this.#home.process(pid)
      const entry = process?.threads.get(tid)
      if (process && entry) process.restrict(entry, epoch, cpus)
    })
    waitHome.serve(processes.atExit, (from, message) => {
      this.#home.process(message.pid)?.exitHandlers.push(message.handler)
      this.#answerCall(from, message, { value: undefined })
    })
    waitHome.serve(processes.atFork, (from, message) => {
      const { prepare, parent, child } = message
      this.#home.process(message.pid)?.forkHandlers.push({ prepare, parent, child })
      this.#answerCall(from, message, { value: undefined })
    })
    waitHome.serve(processes.nextExitHandler, (from, message) => {
      this.#nextExitHandler(from, message)
    })
  }

  /** Asks for the outcome of `target` on behalf of a thread on kernel `from`; answered by the wait protocol. */
  join(from: KernelId, request: WaitRequest, target: ThreadId): void {
    const process = this.#home.process(request.pid)
    const entry = process?.threads.get(target)
    if (!process || !entry) {
      this.#answerCall(from, request, { error: noSuchThread(target) })
      return
    }
    const refused = refuseJoin(request.tid, target, entry, process.threads.get(request.tid))
    if (refused) {
      this.#answerCall(from, request, { error: refused })
    } else if (entry.outcome) {
      this.#answerCall(from, request, { outcome: entry.outcome })
      this.#home.remove(process, entry)
    } else {
      const record = this.#kernel.waitHome.open(from, request, () => {
        if (entry.joiner === record) entry.joiner = null
      })
      entry.joiner = record
      this.#kernel.waitHome.confirm(record)
    }
  }

  /** The joiner of a thread that has ended gets its outcome. */
  joined(joiner: WaitRecord, outcome: ThreadOutcome): void {
    this.#answer(joiner, { outcome })
  }

  #detach(pid: ThreadId, target: ThreadId): Answer {
    const process = this.#home.process(pid)
    const entry = process?.threads.get(target)
    if (!process || !entry) return { error: noSuchThread(target) }
    if (entry.joiner === DETACHED) {
      return { error: { code: 'EINVAL', explanation: `thread ${target} is detached already` } }
    }
    if (entry.joiner) return { error: beingJoined(target, entry.joiner) }
    entry.joiner = DETACHED
    if (entry.outcome) this.#home.discard(process, entry)
    return { value: undefined }
  }

  #query(pid: ThreadId, target: ThreadId, read: (entry: ThreadEntry, process: OriginProcess) => unknown): Answer {
    const process = this.#home.process(pid)
    const entry = process?.threads.get(target)
    return process && entry && !entry.outcome ? { value: read(entry, process) } : { error: noSuchThread(target) }
  }

  #setAffinity(from: KernelId, request: WaitRequest, target: ThreadId, cpus: readonly number[]): void {
    const { pid } = request
    const record = this.#kernel.waitHome.open(from, request, () => undefined)
    const finish = (answer: Answer): void => {
      this.#answer(record, answer)
    }
    this.#kernel.waitHome.confirm(record)
    this.#home.pursuits.pursue(pid, target, {
      ask: (kernel, missed) => {
        this.#relocate({ pid, tid: target, cpus }, kernel, missed, finish)
      },
      gone: () => {
        finish({ error: noSuchThread(target) })
      },
    })
  }

  /** Has the kernel that hosts a thread keep it on these CPUs. */
  #relocate(
    relocation: { readonly pid: ThreadId; readonly tid: ThreadId; readonly cpus: readonly number[] },
    kernel: KernelId,
    missed: () => void,
    finish: (answer: Answer) => void,
  ): void {
    const { pid, tid, cpus } = relocation
    this.#kernel.messenger.request(kernel, processes.relocate, relocation, (error, reply) => {
      if (error) finish({ error: { code: 'EIO', explanation: error.message } })
      else if (reply.absent) missed()
      else if (reply.refusal) finish({ error: reply.refusal })
      else {
        const process = this.#home.process(pid)
        const entry = process?.threads.get(tid)
        if (process && entry) process.restrict(entry, reply.epoch, cpus)
        finish({ value: undefined })
      }
    })
  }

  #nextExitHandler(from: KernelId, request: WaitRequest): void {
    const process = this.#home.process(request.pid)
    if (!process) return // it has ended, and the thread that asks is being dropped
    process.exiting ??= request.tid
    if (process.exiting === request.tid) {
      const result = process.exitHandlers.pop()
      const answer = result ? { outcome: { thrown: false, result, explanation: '' } } : { value: undefined }
      this.#answerCall(from, request, answer)
      return
    }
    const { waitHome } = this.#kernel
    waitHome.confirm(waitHome.open(from, request, () => undefined)) // another thread ends the process, and this one with it
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
}

/** There is none (any more) of this number in the caller's process. */
export function noSuchThread(target: ThreadId): Refusal {
  return { code: 'ESRCH', explanation: `there is no thread ${target} (never was, or it was joined or ended detached)` }
}

const beingJoined = (target: ThreadId, { tid }: WaitRecord): Refusal => ({
  code: 'EINVAL',
  explanation: `thread ${tid} waits for thread ${target} already`,
})

function refuseJoin(
  caller: ThreadId,
  target: ThreadId,
  entry: ThreadEntry,
  callersEntry: ThreadEntry | undefined,
): Refusal | null {
  if (caller === target) return { code: 'EDEADLK', explanation: 'a thread that joins itself would wait for ever' }
  if (entry.joiner === DETACHED) return { code: 'EINVAL', explanation: `thread ${target} is detached` }
  if (entry.joiner) return beingJoined(target, entry.joiner)
  const own = callersEntry?.joiner ?? null
  if (own !== null && own !== DETACHED && own.tid === target) {
    return { code: 'EDEADLK', explanation: `thread ${target} waits for this thread to end` }
  }
  return null
}
