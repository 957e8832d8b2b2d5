import { borrowedBytes, message, protocol, u32 } from '@atoll/messaging'

const threadOnItsWay = { pid: u32, tid: u32, epoch: u32, thread: borrowedBytes }

/** The migration protocol: threads on their way from one kernel to another. Creating a thread elsewhere is moving its first frame. */
export const migration = protocol('migration', 5, {
  /** Old kernel to new kernel: this encoded thread is yours now. `epoch`: how often it has moved, this move included. */
  arrive: message(1, threadOnItsWay),
  /** The same, for threads too large to hold up the control lane. */
  arriveBulk: message(2, threadOnItsWay, { priority: 'bulk' }),
})
