import type { Fiber } from './fiber.js'

/** What must be so whenever a thread runs: that its views of memory show what memory holds. */
export interface ThreadGuard {
  /** May this stack of the thread run now? If not, it is put into the run queue again when it may. */
  admits(fiber: Fiber): boolean
  /** Has it just cost something to have the thread run? Then it runs for a while whatever comes up: else threads that take turns with memory would do little else. */
  readonly isCostly: boolean
  /** A stack of the thread has ended in the slice that is over: its outcome can be made an error still. */
  ended(fiber: Fiber): void
  /** A slice of the thread is over. */
  ran(): void
  /** The thread leaves this kernel, or has ended. */
  withdraw(): void
  /** What a guard of the thread is made of elsewhere: a plain value. */
  image(): unknown
}
