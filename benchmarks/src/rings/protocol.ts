import { borrowedBytes, message, protocol, request, u32 } from '@atoll/messaging'

/** A small control message, as kernels send them all the time. */
const small = { tid: u32, page: u32, access: u32 }

/** What the rows "Messages" send. */
export const benchmark = protocol('benchmark', 250, {
  /** Answered at once. */
  ask: request(1, small, { page: u32 }),
  /** Needs nothing but to be received. */
  note: message(2, small),
  /** Answered once everything before it in the control lane has been received. */
  flush: request(3, {}, {}),
  /** A block of data, copied to where it belongs: byte `offset` of the receiver's memory. */
  block: message(4, { offset: u32, data: borrowedBytes }, { priority: 'bulk' }),
  /** Answered once everything before it in the bulk lane has been received. */
  flushBulk: request(5, {}, {}, { priority: 'bulk' }),
})
