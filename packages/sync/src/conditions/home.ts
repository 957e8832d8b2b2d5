import { Outcome, type Kernel, type ThreadId, type WaitRecord, type WaitRequest } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import { serveCall, type Answer, type Refused } from '../answering.js'
import { conditions } from './protocol.js'

/** What conditions need of a kernel. */
export type ConditionKernel = Pick<Kernel, 'id' | 'messenger' | 'waitHome' | 'encodePlain'>

/** A thread in the queue. It takes its ticket while it holds its lock, so that no signal after that misses it. */
interface Ticket {
  readonly number: number
  /** Its wait; `null`: it has not come back to wait yet. */
  record: WaitRecord | null
  isCalled: boolean
}

/** A condition variable at its home. */
interface Condition {
  /** Whose threads may use it; 0: all processes'. */
  readonly pid: ThreadId
  /** The lock that its waiters hold; 0: nobody waits. */
  lock: number
  lastTicket: number
  /** In the order of their numbers; those that were called and not come back for included. */
  readonly tickets: Map<number, Ticket>
}

/** Condition variables that are at home on one kernel. */
export class ConditionHome {
  readonly #kernel: ConditionKernel
  readonly #conditions = new Map<number, Condition>()

  constructor(kernel: ConditionKernel) {
    this.#kernel = kernel
    const { messenger, waitHome } = kernel
    waitHome.serve(conditions.enter, (from, call) => {
      serveCall(kernel, from, call, (done) => {
        done(this.enter(call.handle, call.pid, call.lock))
      })
    })
    waitHome.serve(conditions.await, (from, call) => {
      this.await(from, call, call.handle, call.ticket)
    })
    messenger.on(conditions.leave, (_from, { pid, handle, ticket }) => {
      this.leave(handle, pid, ticket)
    })
    waitHome.serve(conditions.signal, (from, call) => {
      serveCall(kernel, from, call, (done) => {
        done(this.signal(call.handle, call.pid, call.all))
      })
    })
    waitHome.serve(conditions.destroy, (from, call) => {
      serveCall(kernel, from, call, (done) => {
        done(this.destroy(call.handle, call.pid))
      })
    })
  }

  /** A new condition variable. */
  make(handle: number, pid: ThreadId): void {
    this.#conditions.set(handle, { pid, lock: 0, lastTicket: 0, tickets: new Map() })
  }

  /** A thread that holds `lock` is about to wait: its ticket. */
  enter(handle: number, pid: ThreadId, lock: number): Answer {
    const condition = this.#find(handle, pid)
    if (!condition) return NO_CONDITION
    if (condition.tickets.size === 0) condition.lock = lock
    else if (condition.lock !== lock) return OTHER_LOCK
    const number = ++condition.lastTicket
    condition.tickets.set(number, { number, record: null, isCalled: false })
    return { value: number }
  }

  /** The thread waits for its ticket to be called, which may have happened. */
  await(from: KernelId, request: WaitRequest, handle: number, number: number): void {
    const { waitHome } = this.#kernel
    const tickets = this.#find(handle, request.pid)?.tickets
    const ticket = tickets?.get(number)
    if (!tickets || !ticket || ticket.isCalled) {
      tickets?.delete(number)
      waitHome.answer(from, request, this.#called())
      return
    }
    const record = waitHome.open(from, request, () => tickets.delete(number))
    ticket.record = record
    waitHome.confirm(record)
  }

  /** The thread does not wait after all. */
  leave(handle: number, pid: ThreadId, ticket: number): void {
    this.#find(handle, pid)?.tickets.delete(ticket)
  }

  /** Calls the first ticket, or all. */
  signal(handle: number, pid: ThreadId, all: boolean): Answer {
    const condition = this.#find(handle, pid)
    if (!condition) return NO_CONDITION
    for (const ticket of condition.tickets.values()) {
      if (ticket.isCalled) continue
      this.#call(condition, ticket)
      if (!all) break
    }
    return { value: undefined }
  }

  /** Ends a condition variable that nobody waits for. */
  destroy(handle: number, pid: ThreadId): Answer {
    const condition = this.#find(handle, pid)
    if (!condition) return NO_CONDITION
    for (const { isCalled } of condition.tickets.values()) if (!isCalled) return WAITED_FOR
    this.#conditions.delete(handle)
    return { value: undefined }
  }

  /** The process has ended. */
  forget(pid: ThreadId): void {
    for (const [handle, condition] of this.#conditions) if (condition.pid === pid) this.#conditions.delete(handle)
  }

  /** The state as data, to be shown and compared. */
  snapshot(): unknown {
    return [...this.#conditions.values()].map(({ lastTicket, tickets }) => [
      lastTicket,
      [...tickets.values()].map(({ number, record, isCalled }) => [number, record?.tid, record?.kernel, isCalled]),
    ])
  }

  #find(handle: number, pid: ThreadId): Condition | undefined {
    const condition = this.#conditions.get(handle)
    return condition && (condition.pid === pid || condition.pid === 0) ? condition : undefined
  }

  #call(condition: Condition, ticket: Ticket): void {
    ticket.isCalled = true
    if (!ticket.record) return // it has not come back yet: it finds its ticket called
    condition.tickets.delete(ticket.number)
    this.#kernel.waitHome.complete(ticket.record, this.#called())
  }

  #called(): { readonly outcome: number; readonly result: Uint8Array } {
    return { outcome: Outcome.value, result: this.#kernel.encodePlain([true]) }
  }
}

const NO_CONDITION: Refused = {
  code: 'EINVAL',
  explanation:
    'there is no such condition variable: it was never made, it has been destroyed, or it is of another process',
}

const OTHER_LOCK: Refused = {
  code: 'EINVAL',
  explanation: 'threads wait for the condition variable with another mutex: all who wait at a time must use the same',
}

const WAITED_FOR: Refused = {
  code: 'EBUSY',
  explanation: 'threads wait for the condition variable: signal them first',
}
