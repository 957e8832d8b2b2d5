import { waitReference } from '@atoll/kernel'
import { bool, message, protocol, u32, u64 } from '@atoll/messaging'

const call = { ...waitReference, pid: u32, handle: u64 }

/** Condition variables: between the home of one and the threads that use it. See `docs/protocols/synchronization.md`. */
export const conditions = protocol('conditions', 14, {
  /** Puts the calling thread in the queue, while it holds its lock. Completes with its ticket. */
  enter: message(1, { ...call, lock: u64 }),
  /** Waits for the ticket to be called, by a thread that has let go of its lock. */
  await: message(2, { ...call, ticket: u32 }),
  /** Gives a ticket back: the lock could not be let go of. */
  leave: message(3, { pid: u32, handle: u64, ticket: u32 }),
  /** Calls the first ticket, or `all`. */
  signal: message(4, { ...call, all: bool }),
  /** Ends the condition variable, unless somebody waits. */
  destroy: message(5, call),
})
