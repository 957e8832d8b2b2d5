import { bool, f64, i32, list, message, optional, protocol, request, struct, u32, u64, u8 } from '@atoll/messaging'
import { waitReference } from '@atoll/kernel'

const call = { ...waitReference, pid: u32 }
const range = { start: u64, end: u64 }
const regionFields = {
  ...range,
  prot: u8,
  flags: u32,
  object: u64,
  offset: u64,
  pages: u64,
  source: u64,
  readOnly: optional(bool),
}

/** The regions of processes' address spaces: between a process's origin, which is the authority, and the kernels that host its threads. */
export const regions = protocol('regions', 10, {
  /** `mmap`. Completes with the address. */
  map: message(1, { ...call, address: u64, length: u64, prot: u8, flags: u32, fd: i32, offset: u64 }),
  /** `munmap`. Completes when no kernel finds the range mapped. */
  unmap: message(2, { ...call, start: u64, length: u64 }),
  /** `mprotect`. Completes when no kernel allows more than it says. */
  protect: message(3, { ...call, start: u64, length: u64, prot: u8 }),
  /** `mremap`. Completes with the new address. */
  remap: message(4, { ...call, start: u64, length: u64, newLength: u64, flags: u32, target: u64 }),
  /** `brk` (`relative` not set: `to` is an address) and `sbrk` (a number of bytes). Completes with the break before. */
  moveBreak: message(5, { ...call, to: f64, relative: bool }),
  /** `msync`, `madvise`: completes if the range is mapped; `discard`: once its private pages are what they were at first; `write`: once files have what was changed. */
  check: message(6, { ...call, start: u64, length: u64, discard: bool, write: bool }),
  /** `getrlimit`, `setrlimit` of `RLIMIT_AS`. Completes with the limits before. */
  limit: message(7, { ...call, limits: optional(struct({ soft: f64, hard: f64 })) }),

  /** Kernel to origin: what is mapped at this address? From now on the kernel hears of what is withdrawn. */
  learn: request(10, { pid: u32, address: u64 }, { region: optional(struct(regionFields)) }),
  /** Origin to a kernel that has learnt: these ranges are not what they were. It forgets what it knows of them before it replies. */
  withdraw: request(11, { pid: u32, ranges: list(struct(range)) }, {}),
})
