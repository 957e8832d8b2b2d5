import { waitReference } from '@atoll/kernel'
import { message, optional, protocol, request, string, struct, u32, u64, u8 } from '@atoll/messaging'

const call = { ...waitReference, pid: u32 }

/** What is done with a block that another kernel keeps: its number in {@link heaps}. */
export const BlockOperation = { free: 0, size: 1 } as const

/** `malloc` and its kin: between a process's origin, which maps the heap's memory, the kernels that allocate from it, and those that free. */
export const heaps = protocol('heaps', 12, {
  /** Kernel to origin: map another arena, which is the sender's. */
  grow: request(1, { pid: u32 }, { start: u64, refusal: optional(struct({ code: string, explanation: string })) }),
  /** Owner to origin: nothing is allocated from the arena that begins here; unmap it. */
  giveBack: message(2, { pid: u32, start: u64 }),
  /** To the origin: completes with the address of a block that is mapped by itself. `alignment`: of the address, in bytes. */
  allocate: message(3, { ...call, size: u64, alignment: u64 }),
  /** To the origin: gives such a block another size. Completes with its address. */
  resize: message(4, { ...call, address: u64, size: u64 }),
  /**
   * To the owner of the arena that the block is in, or to the origin: frees the block (`BlockOperation`), or asks for its size. Completes with the size; by the origin
   * with `[start, end, owner]` of the arena, if another kernel has to be asked; with `null`, if no block begins at the address, as far as
   * the receiver keeps them.
   */
  apply: message(5, { ...call, address: u64, operation: u8 }),
})
