import { message, protocol, request, string, u32 } from '@atoll/messaging'

/** Traces, from the kernels to the supervisor. */
export const traces = protocol('traces', 8, {
  /** Supervisor to kernel: write down from now on what you do. */
  start: message(1, {}),
  /** Kernel to supervisor: so many events, as JSON objects with commas between them. Replied to once they are written, which bounds what is under way. */
  events: request(2, { events: string, count: u32 }, {}, { priority: 'bulk' }),
  /** Supervisor to kernel: reply once all that you have written down is written here. */
  flush: request(3, {}, {}),
})
