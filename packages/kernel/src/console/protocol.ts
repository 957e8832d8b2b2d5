import { bytes, list, message, protocol, struct, u32, u8 } from '@atoll/messaging'

/** How many lines a kernel had written when something else happened. */
export const lineCount = struct({ kernel: u32, lines: u32 })

/** The console protocol: what programs write, on its way to the supervisor, in an order that respects cause and effect. */
export const consoles = protocol('console', 4, {
  /** Kernel to supervisor: a process has written `data` to stream 1 or 2. It is this kernel's line number `line`. */
  write: message(1, { pid: u32, stream: u8, line: u32, data: bytes }),
  /**
   * Goes ahead of other messages, to kernels and the supervisor alike: what follows on this lane happened after these lines were written.
   * Only what has changed since the last such message on the lane.
   */
  known: message(2, { counts: list(lineCount) }),
  /** The same, in the lane of bulk messages. */
  knownBulk: message(3, { counts: list(lineCount) }, { priority: 'bulk' }),
  /** Supervisor to kernel: so many more bytes of what the process wrote there have been taken by whoever reads it. */
  taken: message(4, { pid: u32, bytes: u32 }),
})
