import { bytes, message, protocol, u32, u8 } from '@atoll/messaging'

/**
 * Names a blocked call: the thread, which of its stacks, and the sequence number of its wait. Together with the object waited for, which its home knows,
 * this is all there is of a wait, so it can follow its thread.
 */
export const waitReference = { tid: u32, fiber: u32, wait: u32 }

/** How a wait ended. */
export const Outcome = { value: 0, exception: 1, error: 2, cancelled: 3 } as const

/** The wait protocol: between the home of what a thread waits for and the kernel that the thread is on. */
export const waits = protocol('waits', 2, {
  /** Home to waiter: the wait has ended so. Repeated to the new kernel when the waiter has moved; kept until acknowledged. */
  complete: message(1, { ...waitReference, outcome: u8, result: bytes }),
  /** Waiter to home: the outcome has reached the thread, forget it. */
  acknowledge: message(2, { tid: u32, wait: u32 }),
  /** Waiter to home: the waiting thread is on the sender's kernel now; `epoch` orders rebinds that overtake each other. */
  rebind: message(3, { ...waitReference, epoch: u32 }),
  /** Waiter to home: the thread ended, its wait with it. */
  abandon: message(4, { tid: u32, wait: u32 }),
  /** Home to waiter: the wait is registered and has not ended yet; from now on its thread may move. */
  registered: message(5, waitReference),
  /** Waiter to home: end the wait as `cancelled`, unless it has ended already: then that outcome counts. */
  cancel: message(6, { tid: u32, wait: u32 }),
})
