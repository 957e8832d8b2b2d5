import type { Thread } from '../threads/thread.js'

/** The synchronization service of a kernel, seen from below. */
export interface SynchronizationService {
  /** Does the thread hold something here that others must know of before it leaves? */
  keeps(thread: Thread): boolean
  /** Has others know of what the thread holds here, and calls `done` then. */
  settle(thread: Thread, done: () => void): void
}
