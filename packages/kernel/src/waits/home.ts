import type { KernelId, MessageHandler, MessageType, Messenger } from '@atoll/messaging'
import { posixErrorOf } from '../posix-error-of.js'
import { PosixError, type ErrorCode } from '../posix-error.js'
import type { ThreadId } from '../threads/thread.js'
import { encodePlain } from '../values/of-process.js'
import { Outcome, waits } from './protocol.js'

/** Names a blocked call, see `protocol.ts`. */
export interface WaitReference {
  readonly tid: ThreadId
  readonly fiber: number
  readonly wait: number
}

/** A call that may wait: its name, and the process that makes it. */
export interface WaitRequest extends WaitReference {
  readonly pid: ThreadId
}

/** How a wait ended: `result` is an encoded list of one value (`value`, `exception`) or of code and explanation (`error`); empty if `cancelled`. */
export interface WaitOutcome {
  readonly outcome: number
  readonly result: Uint8Array
}

/** A wait registered at the home of what it waits for. */
export interface WaitRecord extends WaitRequest {
  /** Where its thread is, as far as is known. */
  kernel: KernelId
  /** The move count that `kernel` was learned with. */
  epoch: number
  /** Set once it has ended; kept until the waiter has acknowledged it. */
  outcome: WaitOutcome | null
  /** Takes it out of the queue of what it waits for, when its thread ends first, or does not want to wait any more. */
  readonly abandoned: () => void
}

/**
 * The home's side of blocked calls: which thread waits, where it is now, and how its wait ended. An outcome is sent to
 * the kernel that hosts the thread; if the thread has moved meanwhile, that kernel ignores it, the thread's new kernel
 * rebinds, and the outcome is sent again: it reaches the thread once, because the wait's number admits it once.
 * A thread moves only when its wait is confirmed or completed, so a rebind never arrives before what it rebinds.
 */
export class WaitHome {
  readonly #messenger: Messenger
  readonly #records = new Map<number, WaitRecord>()

  constructor(messenger: Messenger) {
    this.#messenger = messenger
    messenger.on(waits.acknowledge, (_from, { tid, wait }) => this.#records.delete(key(tid, wait)))
    messenger.on(waits.abandon, (_from, { tid, wait }) => this.abandon(tid, wait))
    messenger.on(waits.cancel, (_from, { tid, wait }) => {
      this.#cancel(tid, wait)
    })
    messenger.on(waits.rebind, (from, reference) => this.#rebind(from, reference))
  }

  /** Waits that have not been acknowledged: none in a quiet system. */
  get size(): number {
    return this.#records.size
  }

  /**
   * Has `handler` answer or register the calls of this type. What it throws ends the call with that error, so that no thread waits for an
   * answer that never comes; what is not an error of the application API is thrown on, to be logged.
   */
  serve<M extends WaitRequest>(type: MessageType<M>, handler: MessageHandler<M>): void {
    this.#messenger.on(type, (from, message) => {
      try {
        handler(from, message)
      } catch (error) {
        this.abandon(message.tid, message.wait)
        this.answer(from, message, failure(error))
        if (!(posixErrorOf(error, type.name) instanceof PosixError)) throw error
      }
    })
  }

  /** Ends a call at once. No record is needed: its thread does not move before it knows that it waits. */
  answer(from: KernelId, reference: WaitReference, outcome: WaitOutcome): void {
    this.#send(from, reference, outcome)
  }

  /** Registers a wait of a thread on kernel `from`, to be confirmed. */
  open(from: KernelId, request: WaitRequest, abandoned: () => void): WaitRecord {
    const { pid, tid, fiber, wait } = request
    const record: WaitRecord = { pid, tid, fiber, wait, kernel: from, epoch: 0, outcome: null, abandoned }
    this.#records.set(key(tid, wait), record)
    return record
  }

  /** Tells the waiter that its wait stands. */
  confirm({ kernel, tid, fiber, wait }: WaitRecord): void {
    this.#messenger.send(kernel, waits.registered, { tid, fiber, wait })
  }

  /** Ends a wait. */
  complete(record: WaitRecord, outcome: WaitOutcome): void {
    record.outcome = outcome
    this.#send(record.kernel, record, outcome)
  }

  /** The thread is gone for good. */
  abandon(tid: ThreadId, wait: number): void {
    const record = this.#records.get(key(tid, wait))
    if (!record) return
    this.#records.delete(key(tid, wait))
    if (record.outcome === null) record.abandoned()
  }

  /**
   * The process has ended, and its waits with it. They end with nothing less: a record outlives the kernel that it was registered from, because
   * the thread may have left in time and its rebind be under way; a process that did lose a thread ends.
   */
  forget(pid: ThreadId): void {
    for (const [name, record] of this.#records) if (record.pid === pid) this.#records.delete(name)
  }

  /** Without a record it has ended, and the outcome is with the thread, or under way: cancellation came too late. */
  #cancel(tid: ThreadId, wait: number): void {
    const record = this.#records.get(key(tid, wait))
    if (!record || record.outcome !== null) return
    record.abandoned()
    this.complete(record, CANCELLED)
  }

  #rebind(from: KernelId, { tid, wait, epoch }: WaitReference & { epoch: number }): void {
    const record = this.#records.get(key(tid, wait))
    if (!record) return // it has ended and reached the thread: an older rebind, overtaken by that acknowledgement
    if (epoch < record.epoch) return // an older rebind, overtaken by one from where the thread went afterwards
    record.epoch = epoch
    record.kernel = from
    if (record.outcome) this.#send(from, record, record.outcome)
  }

  /** An outcome that can't be sent (it is too large) is replaced by the reason. */
  #send(to: KernelId, { tid, fiber, wait }: WaitReference, outcome: WaitOutcome): void {
    try {
      this.#messenger.send(to, waits.complete, { tid, fiber, wait, ...outcome })
    } catch (error) {
      this.#messenger.send(to, waits.complete, { tid, fiber, wait, ...failure(error) })
    }
  }
}

const CANCELLED: WaitOutcome = { outcome: Outcome.cancelled, result: new Uint8Array() }

/** The outcome of a call that ended with this error; `EIO` for what is not an error of the application API. */
function failure(error: unknown): WaitOutcome {
  const known = posixErrorOf(error, '')
  const code = known instanceof PosixError ? known.code : 'EIO'
  return refusal(code, error instanceof Error ? error.message : String(error))
}

/** The outcome of a call that its home refuses with this error of the application API. */
export const refusal = (code: ErrorCode, explanation: string): WaitOutcome => ({
  outcome: Outcome.error,
  result: encodePlain([code, explanation]),
})

/** Wait numbers stay below 2²¹ ({@link nextWait}), thread numbers below 2³²: together an exact number. */
const key = (tid: ThreadId, wait: number): number => tid * 0x20_0000 + wait

/** The wait number after `last`: 1 … 2²¹ − 1, then again. A thread never has that many waits at once. */
export const nextWait = (last: number): number => (last % 0x1f_ffff) + 1
