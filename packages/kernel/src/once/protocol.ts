import { bool, message, protocol, u32 } from '@atoll/messaging'
import { waitReference } from '../waits/protocol.js'

/** `pthread_once`: between the home of a once control and who calls it. */
export const once = protocol('once', 6, {
  /** Completes with `true`: run the routine; or `false`: somebody has. Waits while somebody runs it. */
  enter: message(1, { ...waitReference, pid: u32, control: u32 }),
  /** The routine has returned (`done`), or ended by an exception or with its thread (not `done`): the next in line runs it. */
  leave: message(2, { pid: u32, control: u32, done: bool }),
})
