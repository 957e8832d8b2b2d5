import { borrowedBytes, message, protocol, request, u32 } from '@atoll/messaging'

const threadOnItsWay = { pid: u32, tid: u32, epoch: u32, thread: borrowedBytes }

/**
 * The migration protocol: threads on their way from one kernel to another, and work that looks for a kernel. Creating a thread elsewhere is
 * moving its first frame.
 */
export const migration = protocol('migration', 5, {
  /** Old kernel to new kernel: this encoded thread is yours now. `epoch`: how often it has moved, this move included. */
  arrive: message(1, threadOnItsWay),
  /** The same, for threads too large to hold up the control lane. */
  arriveBulk: message(2, threadOnItsWay, { priority: 'bulk' }),

  /** Kernel to the origin of a balanced process that it hosts: it has nothing to do. Holds until `introduce`, or until it says `spare`. */
  idle: message(10, {}),
  /** Kernel to the origin of a balanced process that it hosts: it has threads to spare. Holds until `introduce`, or until it says `idle`. */
  spare: message(11, {}),
  /** Origin to a kernel that said `idle`: kernel `loaded` has threads to spare. */
  introduce: message(12, { loaded: u32 }),
  /** The answer of a kernel that is not idle any more: `loaded` can help another one. */
  decline: message(13, { loaded: u32 }),
  /** Idle kernel to a loaded one that `broker` has named: give me half of your ready threads. They come ahead of the reply, which counts them. */
  steal: request(14, { broker: u32 }, { given: u32 }),
})
