import { waitReference } from '@atoll/kernel'
import { bool, message, protocol, request, u32, u64, u8 } from '@atoll/messaging'

const call = { ...waitReference, pid: u32, handle: u64 }

/** What a lock is: never changes. `pid`: whose threads may use it, 0 for all. */
const facts = { pid: u32, type: u8, robust: bool }

/** Who holds a lock (0: nobody), how often beyond once, and what is wrong with what it protects (`Health`). */
const holding = { owner: u32, depth: u32, health: u8 }

/** The token protocol: between the home of a lock and the kernels whose threads use it. See `docs/protocols/synchronization.md`. */
export const locks = protocol('locks', 13, {
  /** Kernel to home: threads wait here; send the token when it is the sender's turn. */
  want: message(1, { handle: u64 }),
  /** Home to kernel: here is the token, of a lock that nobody holds. `more`: other kernels wait for it already. */
  token: message(2, { handle: u64, ...facts, health: u8, more: bool }),
  /** Home to the token's kernel: other kernels wait; give it back within a bounded number of hand-overs. */
  recall: message(3, { handle: u64 }),
  /** The token's kernel to home: here it is again, and nobody holds the lock. `wants`: threads wait for it here still. */
  giveBack: message(4, { handle: u64, health: u8, wants: bool }),
  /** The token's kernel to home: here it is again, of a lock whose owner is elsewhere, or about to be. The reply: that is known here. */
  deposit: request(5, { handle: u64, ...holding, wants: bool }, {}),
  /** Home to the token's kernel: is the lock free? If so, the token goes ahead of the reply. */
  probe: request(6, { handle: u64 }, {}),
  /** Home to kernel: there is no such lock, or none any more. Who waits for it there fails. */
  gone: message(7, { handle: u64 }),
  /**
   * To the home, before a thread waits on its own kernel: completes with what the lock is, and whether the thread has it already: `LockHome.enter`. `after`: the thread
   * has waited on this kernel, which has died; 0: on none.
   */
  enter: message(8, { ...call, after: u32 }),
  /** To the home, from where the token is not: completes with what `attempt` says. `waitedAt`: the thread has waited on this kernel until its time was up; 0: on none. */
  attempt: message(9, { ...call, waitedAt: u32 }),
  /** To the home, by an owner that is not where the token is. */
  unlock: message(10, call),
  /** To the home, by an owner that is not where the token is: what the lock protects is consistent again. */
  mend: message(11, call),
  /** To the home: end the lock, unless it is in use. */
  destroy: message(12, call),
})
