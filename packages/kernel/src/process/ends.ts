import { SUPERVISOR, type KernelId } from '@atoll/messaging'
import type { Kernel } from '../kernel.js'
import type { ThreadId } from '../threads/thread.js'
import type { OriginProcess, ProcessEnd } from './origin-process.js'
import { processes } from './protocol.js'
import type { ThreadEntry } from './thread-entry.js'

const SIGKILL = 9

/** How processes end at their origin: by a status, by an error, by a signal, by the loss of a kernel. */
export class ProcessEnds {
  readonly #kernel: Kernel
  readonly #processes: ReadonlyMap<ThreadId, OriginProcess>
  readonly #forget: (process: OriginProcess) => void

  /** `forget` is called when every kernel has dropped the process. */
  constructor(kernel: Kernel, table: ReadonlyMap<ThreadId, OriginProcess>, forget: (process: OriginProcess) => void) {
    this.#kernel = kernel
    this.#processes = table
    this.#forget = forget
    const { messenger } = kernel
    messenger.on(processes.exit, (_from, { pid, status }) => {
      this.exit(pid, status)
    })
    messenger.on(processes.crash, (_from, { pid, explanation }) => {
      this.#crash(pid, explanation)
    })
    messenger.on(processes.kill, (_from, { pid }) => {
      this.#end(pid, { status: 0, signal: SIGKILL, reason: 'killed from outside' })
    })
    kernel.membership.events.on('died', ({ id, reason }) => {
      this.#kernelDied(id, reason)
    })
  }

  /** Ends a process with this status. */
  exit(pid: ThreadId, status: number): void {
    this.#end(pid, { status, signal: 0, reason: '' })
  }

  /** A kernel is lost, and with it a thread of this process: it ends. */
  loseThread(pid: ThreadId, kernel: KernelId, reason = 'it died'): void {
    const lost = `lost kernel ${kernel}, which hosted threads of it: ${reason}`
    this.#end(pid, { status: 0, signal: SIGKILL, reason: lost })
  }

  /** An error that nobody joined to see is shown, not lost. */
  complain({ pid }: OriginProcess, { tid, outcome }: ThreadEntry): void {
    if (outcome === null || outcome.explanation === '') return
    const complaint = `atoll: thread ${tid}, which nobody joined, ended with ${outcome.explanation}\n`
    this.#kernel.console.write(pid, 'stderr', complaint)
  }

  /** Ends a process because of an error that nobody else will see: shown on its standard error, status 1. */
  #crash(pid: ThreadId, explanation: string): void {
    const process = this.#processes.get(pid)
    if (!process || process.ending) return
    this.#kernel.console.write(pid, 'stderr', `${explanation}\n`)
    this.#end(pid, { status: 1, signal: 0, reason: '' })
  }

  #end(pid: ThreadId, end: ProcessEnd): void {
    const process = this.#processes.get(pid)
    if (!process || process.ending) return
    process.ending = end
    for (const entry of process.threads.values()) this.complain(process, entry)
    let awaited = process.sharers.size
    const finish = (): void => {
      if (--awaited > 0) return
      const ended = (): void => {
        this.#forget(process)
        this.#kernel.messenger.send(SUPERVISOR, processes.exited, { pid, ...end })
      }
      if (this.#kernel.memory) this.#kernel.memory.ended(pid, ended)
      else ended()
    }
    for (const kernel of process.sharers) this.#kernel.messenger.request(kernel, processes.terminate, { pid }, finish)
  }

  #kernelDied(dead: KernelId, reason: string): void {
    for (const process of this.#processes.values()) {
      process.sharers.delete(dead)
      const living = [...process.threads.values()].filter(({ outcome }) => outcome === null)
      if (living.some(({ kernel }) => kernel === dead)) this.loseThread(process.pid, dead, reason)
      else this.#awaitArrivals(process, living, dead, reason)
    }
  }

  /** What a kernel that is dead now had sent has arrived, or never will: the kernels that expect it know. */
  #awaitArrivals(process: OriginProcess, living: readonly ThreadEntry[], dead: KernelId, reason: string): void {
    const { pid } = process
    const isOnItsWay = ({ motion, outcome }: ThreadEntry): boolean => motion?.sender === dead && outcome === null
    const underway = living.filter(isOnItsWay)
    for (const to of new Set(underway.map(({ kernel }) => kernel))) {
      this.#kernel.messenger.request(to, processes.arrivals, { pid, sender: dead }, (error, _reply) => {
        if (error) return // the death of the kernel that was asked ends the process
        const isLost = underway.some((entry) => entry.kernel === to && isOnItsWay(entry))
        if (isLost) this.loseThread(pid, dead, reason)
      })
    }
  }
}
