import type { SUSPENDED } from '../frames/frame.js'
import type { Thread } from '../threads/thread.js'
import { block, waitCode } from '../waits/wait-code.js'

/** Has a thread stacks beside its main one? */
export const hasOtherStacks = ({ extras }: Thread): boolean => extras !== null && extras.fibers.size > 0

/** Blocks the main stack until all others of its thread have ended. */
export const awaitOtherStacks = (thread: Thread): typeof SUSPENDED =>
  block(thread.process.kernel, { $f: OTHER_STACKS, $p: 0, $c: null })

/** A stack of the thread has ended: the main one may wait for that. */
export function otherStackEnded(thread: Thread): void {
  const { main, process } = thread
  if (main.state === 'blocked' && main.top?.$f === OTHER_STACKS && !hasOtherStacks(thread)) {
    process.kernel.scheduler.wake(main, undefined, false)
  }
}

/** The end of a thread that is cancelled: its other stacks run their `finally` blocks and cleanup handlers first. */
const OTHER_STACKS = waitCode('cancellation', {
  slots: [],
  register: (_frame, fiber) => {
    otherStackEnded(fiber.thread)
  },
  withdraw: () => undefined,
})
