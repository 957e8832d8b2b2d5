/** What the loop needs of the host's event loop. */
export interface HostQueue {
  /** Calls back after the microtasks that are queued now, before any event of the host. */
  afterMicrotasks(callback: () => void): void
  /** Calls back after the host has had a turn: its sockets, ports and timers, and all microtasks. */
  afterEvents(callback: () => void): void
}

const SETTLED = Promise.resolve()

/**
 * Node's. An error that a callback throws is an uncaught exception: it ends the kernel's isolate. Callbacks do not go by
 * `queueMicrotask`, which keeps the books of asynchronous resources and so takes ten times as long.
 */
export const nodeQueue: HostQueue = {
  afterMicrotasks: (callback) => {
    void SETTLED.then(() => {
      try {
        callback()
      } catch (error) {
        queueMicrotask(() => {
          throw error // here a rejection would be one that nobody handles, which ends no isolate
        })
      }
    })
  },
  afterEvents: (callback) => {
    setImmediate(callback)
  },
}
