import type { Kernel } from '../kernel.js'
import type { ThreadId } from '../threads/thread.js'
import { originOf } from './numbers.js'
import { processes } from './protocol.js'

/** Who keeps a thread. */
interface Hold {
  readonly pid: ThreadId
  /** How many requests are under way to it that it has escaped too often. */
  count: number
}

/** Threads that are to stay on this kernel, if they are here or when they come, until a request has caught up with them (see `pursuits.ts`). */
export class Holds {
  readonly #byThread = new Map<ThreadId, Hold>()

  constructor({ messenger, membership, threads, scheduler }: Kernel) {
    messenger.serve(processes.hold, (_from, { pid, tid }, reply) => {
      const hold = this.#byThread.get(tid)
      if (hold) hold.count++
      else this.#byThread.set(tid, { pid, count: 1 })
      reply({})
    })
    messenger.on(processes.release, (_from, { tid }) => {
      const hold = this.#byThread.get(tid)
      if (!hold || --hold.count > 0) return
      this.#byThread.delete(tid)
      const thread = threads.get(tid)
      if (thread) scheduler.reconsider(thread)
    })
    membership.events.on('died', ({ id }) => {
      for (const [tid, { pid }] of this.#byThread) if (originOf(pid) === id) this.#byThread.delete(tid)
    })
  }

  /** Must the thread stay for the moment? */
  has(tid: ThreadId): boolean {
    return this.#byThread.size > 0 && this.#byThread.has(tid)
  }

  /** The process has ended. */
  forget(pid: ThreadId): void {
    for (const [tid, hold] of this.#byThread) if (hold.pid === pid) this.#byThread.delete(tid)
  }
}
