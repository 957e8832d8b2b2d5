import type { KernelId, Messenger } from '@atoll/messaging'
import type { ThreadId } from '../threads/thread.js'
import { waits } from './protocol.js'

/** Names a blocked call, see `protocol.ts`. */
export interface WaitReference {
  readonly tid: ThreadId
  readonly fiber: number
  readonly wait: number
}

/** How a wait ended: `result` is an encoded list of one value (`value`, `exception`) or of code and explanation (`error`). */
export interface WaitOutcome {
  readonly outcome: number
  readonly result: Uint8Array
}

/** A wait registered at the home of what it waits for. */
export interface WaitRecord extends WaitReference {
  /** Where its thread is, as far as is known. */
  kernel: KernelId
  /** The move count that `kernel` was learned with. */
  epoch: number
  /** Set once it has ended; kept until the waiter has acknowledged it. */
  outcome: WaitOutcome | null
  /** Takes it out of the queue of what it waits for, when its thread ends first. */
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
    messenger.on(waits.rebind, (from, reference) => this.#rebind(from, reference))
  }

  /** Waits that have not been acknowledged: none in a quiet system. */
  get size(): number {
    return this.#records.size
  }

  /** Registers a wait of a thread on kernel `from`. */
  open(from: KernelId, reference: WaitReference, abandoned: () => void): WaitRecord {
    const { tid, fiber, wait } = reference
    const record: WaitRecord = { tid, fiber, wait, kernel: from, epoch: 0, outcome: null, abandoned }
    this.#records.set(key(tid, wait), record)
    return record
  }

  /** Tells the waiter that its wait stands: call it when the wait could not be completed at once. */
  confirm({ kernel, tid, fiber, wait }: WaitRecord): void {
    this.#messenger.send(kernel, waits.registered, { tid, fiber, wait })
  }

  /** Ends a wait. */
  complete(record: WaitRecord, outcome: WaitOutcome): void {
    record.outcome = outcome
    this.#send(record, outcome)
  }

  /** The thread is gone for good. */
  abandon(tid: ThreadId, wait: number): void {
    const record = this.#records.get(key(tid, wait))
    if (!record) return
    this.#records.delete(key(tid, wait))
    if (record.outcome === null) record.abandoned()
  }

  #rebind(from: KernelId, { tid, wait, epoch }: WaitReference & { epoch: number }): void {
    const record = this.#records.get(key(tid, wait))
    if (!record) return // it has ended and reached the thread: an older rebind, overtaken by that acknowledgement
    if (epoch < record.epoch) return // an older rebind, overtaken by one from where the thread went afterwards
    record.epoch = epoch
    record.kernel = from
    if (record.outcome) this.#send(record, record.outcome)
  }

  #send({ kernel, tid, fiber, wait }: WaitRecord, { outcome, result }: WaitOutcome): void {
    this.#messenger.send(kernel, waits.complete, { tid, fiber, wait, outcome, result })
  }
}

/** Wait numbers stay below 2²¹ ({@link nextWait}), thread numbers below 2³²: together an exact number. */
const key = (tid: ThreadId, wait: number): number => tid * 0x20_0000 + wait

/** The wait number after `last`: 1 … 2²¹ − 1, then again. A thread never has that many waits at once. */
export const nextWait = (last: number): number => (last % 0x1f_ffff) + 1
