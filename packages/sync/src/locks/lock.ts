import type { WaitRecord, ThreadId } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'

/** What a lock does when its owner locks it again. */
export const LockType = { normal: 0, recursive: 1, errorChecking: 2 } as const

/** What is known to be wrong with what a lock protects. */
export const Health = {
  /** Nothing. */
  fine: 0,
  /** Its owner has died in the midst of things. */
  ownerDied: 1,
  /** Its owner has died, and the next one has let go of it without a `consistent`. */
  unrecoverable: 2,
  /** The kernel that had its token has died, and with it who held it, if anyone did. */
  lost: 3,
} as const

/** What a lock is: never changes. */
export interface LockFacts {
  /** Whose threads may use it; 0: all processes'. */
  readonly pid: ThreadId
  /** See {@link LockType}. */
  readonly type: number
  /** Do others learn of its owner's death? */
  readonly robust: boolean
}

/** A thread that waits on this kernel, or has waited here and moved since. */
export interface Waiter {
  readonly record: WaitRecord
  /** It does not wait any more. */
  isGone: boolean
}

/** A lock as one kernel has it. */
export class Lock implements LockFacts {
  readonly handle: number
  readonly home: KernelId
  readonly pid: ThreadId
  readonly type: number
  readonly robust: boolean
  /** Is the token here? What follows counts only if it is. */
  here = false
  /** Who holds the lock; 0: nobody. Away from the home it is a thread of this kernel. */
  owner: ThreadId = 0
  /** How often beyond once. */
  depth = 0
  /** See {@link Health}. */
  health: number = Health.fine
  /** Threads that wait, first come first served. */
  readonly queue: Waiter[] = []
  /** Has this kernel asked for the token, and not got it yet? */
  isAsked = false
  /** Do other kernels wait for the token? */
  isRecalled = false
  /** How many waiters here have had it since then. */
  handOvers = 0
  /** The home has died. */
  isOrphan = false

  constructor(handle: number, home: KernelId, { pid, type, robust }: LockFacts) {
    this.handle = handle
    this.home = home
    this.pid = pid
    this.type = type
    this.robust = robust
  }
}
