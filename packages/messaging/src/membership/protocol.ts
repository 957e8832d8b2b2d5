import { list, string, struct, u32, u8 } from '../declare/fields.js'
import { message, protocol, request } from '../declare/protocol.js'
import { wireNode } from '../nodes/descriptor.js'

/** The states of a member on the wire, by number. */
export const STATES = ['alive', 'left', 'dead'] as const

const member = { id: u32, epoch: u32, state: u8, reason: string, node: wireNode }

/** Who belongs to the system: between the supervisor (home) and every kernel (replica). */
export const membership = protocol('membership', 1, {
  /** Kernel to supervisor, its first message: here I am. The reply: everybody who is or was a member, the kernel itself included. */
  join: request(1, { node: wireNode }, { epoch: u32, members: list(struct(member)) }),
  /** Supervisor to members: a kernel has joined. */
  joined: message(2, { epoch: u32, id: u32, node: wireNode }),
  /** Supervisor to members: a kernel has left in good order. */
  left: message(3, { epoch: u32, id: u32 }),
  /** Supervisor to members: a kernel is dead, says the monitor. */
  died: message(4, { epoch: u32, id: u32, reason: string }),
  /** Supervisor to members: a node describes itself anew. */
  described: message(5, { epoch: u32, id: u32, node: wireNode }),
  /** Kernel to supervisor: my node has changed (labels, cost, cores). */
  describe: message(6, { node: wireNode }),
  /** Kernel to supervisor: I have handed over everything and go. The reply: everybody is being told. */
  leave: request(7, {}, {}),
  /** Kernel to supervisor: my link to this peer broke, though it was not declared dead. */
  suspect: message(8, { id: u32, reason: string }),
  /** Supervisor to member, behind all news so far and in their lane. The reply: the member knows them. */
  catchUp: request(9, {}, {}),
})
