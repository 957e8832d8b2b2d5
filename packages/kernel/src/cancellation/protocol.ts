import { bool, message, protocol, request, u32 } from '@atoll/messaging'
import { waitReference } from '../waits/protocol.js'

/** Cancellation requests on their way to their thread, by way of its process's origin. */
export const cancellation = protocol('cancellation', 7, {
  /** Any kernel to origin: cancel thread `target`. Completes once the request has come to it. */
  cancel: message(1, { ...waitReference, pid: u32, target: u32 }),
  /** Origin to hosting kernel: the thread is to be cancelled. `absent`: it is not there (any more). */
  deliver: request(2, { tid: u32 }, { absent: bool }),
})
