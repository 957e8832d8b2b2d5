import type { KernelId } from '@atoll/messaging'
import type { Kernel } from '../kernel.js'
import type { ErrorCode } from '../posix-error.js'
import { schedulingOf } from '../threads/ranked-queue.js'
import {
  DEFAULT_SCHEDULING,
  isSchedulingPolicy,
  NICE,
  prioritiesOf,
  SchedulingPolicy,
  type SchedulingParameters,
} from '../threads/scheduling.js'
import type { Thread, ThreadId } from '../threads/thread.js'
import { refusal, type WaitOutcome, type WaitRequest } from '../waits/home.js'
import { Outcome } from '../waits/protocol.js'
import type { ProcessHome, Refusal } from './home.js'
import type { OriginProcess } from './origin-process.js'
import { processes } from './protocol.js'

/** What a call asks of a thread's scheduling. Neither: what it is; a priority alone: the policy stays. */
export interface SchedulingChange {
  readonly policy?: number | undefined
  readonly priority?: number | undefined
}

/** A change of a process's `nice` value: to `value`, or by it if `relative`. */
export interface NiceChange {
  readonly value: number
  readonly relative: boolean
}

/**
 * Scheduling of threads and processes, asked for from anywhere. A thread's policy and priority live with the thread: its origin knows where
 * it is, and has the kernel there change or tell them. A process's `nice` value lives at its origin, and is told to every kernel that has
 * entered the process before the call that changes it returns.
 */
export class SchedulingCalls {
  readonly #kernel: Kernel
  readonly #home: ProcessHome

  constructor(kernel: Kernel, home: ProcessHome) {
    this.#kernel = kernel
    this.#home = home
    const { messenger, waitHome } = kernel
    waitHome.serve(processes.scheduling, (from, message) => {
      this.#ofThread(from, message, message.target, message)
    })
    waitHome.serve(processes.nice, (from, { target, change, relative, ...request }) => {
      this.#nice(from, request, target, change === undefined ? null : { value: change, relative })
    })
    messenger.serve(processes.reschedule, (_from, { tid, policy, priority }, reply) => {
      const thread = kernel.threads.get(tid)
      if (!thread) {
        reply({ absent: true, policy: 0, priority: 0 })
        return
      }
      const answer = changeScheduling(thread, { policy, priority })
      if ('code' in answer) reply({ absent: false, policy: 0, priority: 0, refusal: answer })
      else reply({ absent: false, ...answer })
    })
    messenger.serve(processes.niced, (_from, { pid, nice }, reply) => {
      kernel.processes.afterEntering(pid, () => {
        const replica = kernel.processes.get(pid)
        if (replica) {
          kernel.scheduler.rerank(() => {
            replica.nice = nice
          })
        }
        reply({})
      })
    })
  }

  #ofThread(from: KernelId, request: WaitRequest, target: ThreadId, change: SchedulingChange): void {
    const { messenger, waitHome } = this.#kernel
    const { pid } = request
    const record = waitHome.open(from, request, () => undefined)
    const finish = (outcome: WaitOutcome): void => {
      waitHome.complete(record, outcome)
    }
    const { policy, priority } = change
    const asked = {
      pid,
      tid: target,
      ...(policy !== undefined && { policy }),
      ...(priority !== undefined && { priority }),
    }
    waitHome.confirm(record)
    this.#home.pursuits.pursue(pid, target, {
      ask: (kernel, missed) => {
        messenger.request(kernel, processes.reschedule, asked, (error, reply) => {
          if (error) finish(refusal('EIO', error.message))
          else if (reply.absent) missed()
          else if (reply.refusal) finish(refusal(reply.refusal.code as ErrorCode, reply.refusal.explanation))
          else finish(this.#value([reply.policy, reply.priority]))
        })
      },
      gone: () => {
        finish(refusal('ESRCH', `there is no thread ${target} (never was, or it has ended)`))
      },
    })
  }

  #nice(from: KernelId, request: WaitRequest, target: ThreadId, change: NiceChange | null): void {
    const { waitHome } = this.#kernel
    const process = this.#home.process(target)
    if (!process || process.ending) {
      waitHome.answer(from, request, refusal('ESRCH', `there is no process ${target} (never was, or it has ended)`))
      return
    }
    if (change === null) {
      waitHome.answer(from, request, this.#value(process.nice))
      return
    }
    const nice = clampNice(change.relative ? process.nice + change.value : change.value)
    process.nice = nice
    const record = waitHome.open(from, request, () => undefined)
    waitHome.confirm(record)
    this.#tell(process, nice, () => {
      waitHome.complete(record, this.#value(nice))
    })
  }

  /** Tells every kernel that has entered the process, and calls `told` when all of them that live know. */
  #tell({ pid, sharers }: OriginProcess, nice: number, told: () => void): void {
    let awaited = sharers.size
    for (const kernel of sharers) {
      // A kernel that has died needs to know nothing.
      this.#kernel.messenger.request(kernel, processes.niced, { pid, nice }, () => {
        if (--awaited === 0) told()
      })
    }
  }

  #value(value: unknown): WaitOutcome {
    return { outcome: Outcome.value, result: this.#kernel.encodePlain([value]) }
  }
}

/** Changes how a thread of this kernel is scheduled. Returns how it was before, or why that can't be. */
export function changeScheduling(thread: Thread, change: SchedulingChange): SchedulingParameters | Refusal {
  const before = schedulingOf(thread)
  if (change.policy === undefined && change.priority === undefined) return before
  const after = readScheduling(change.policy ?? before.policy, change.priority ?? before.priority)
  if ('code' in after) return after
  const isPriorityOnly = change.policy === undefined
  if (isPriorityOnly && after.priority === before.priority) return before
  const { scheduler } = thread.process.kernel
  scheduler.reschedule(thread, after, isPriorityOnly && after.priority < before.priority)
  return before
}

/** A policy and a priority of it, or what is wrong with them. */
export function readScheduling(policy: number, priority: number): SchedulingParameters | Refusal {
  if (!isSchedulingPolicy(policy)) {
    return {
      code: 'EINVAL',
      explanation: `${String(policy)} is not a scheduling policy: SCHED_OTHER, SCHED_FIFO or SCHED_RR`,
    }
  }
  const { min, max } = prioritiesOf(policy)
  if (Number.isInteger(priority) && priority >= min && priority <= max) {
    return policy === SchedulingPolicy.other ? DEFAULT_SCHEDULING : { policy, priority }
  }
  const name = POLICY_NAMES[policy]
  return { code: 'EINVAL', explanation: `${String(priority)} is not a priority of ${name}, which has ${min} … ${max}` }
}

const POLICY_NAMES: Readonly<Record<SchedulingPolicy, string>> = { 0: 'SCHED_OTHER', 1: 'SCHED_FIFO', 2: 'SCHED_RR' }

/** What is beyond the range counts as its end (POSIX). */
const clampNice = (nice: number): number => Math.min(NICE.max, Math.max(NICE.min, nice))
