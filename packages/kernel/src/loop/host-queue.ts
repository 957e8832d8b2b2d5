/** What the loop needs of the host's event loop. */
export interface HostQueue {
  /** Calls back after the microtasks that are queued now, before any event of the host. */
  afterMicrotasks(callback: () => void): void
  /** Calls back after the host has had a turn: its sockets, ports and timers, and all microtasks. */
  afterEvents(callback: () => void): void
}

/** Node's. An error that a callback throws is an uncaught exception: it ends the kernel's isolate. */
export const nodeQueue: HostQueue = {
  afterMicrotasks: (callback) => {
    queueMicrotask(callback)
  },
  afterEvents: (callback) => {
    setImmediate(callback)
  },
}
