import { waitReference } from '@atoll/kernel'
import { bool, i32, message, optional, protocol, request, string, struct, u32, u64 } from '@atoll/messaging'

const call = { ...waitReference, pid: u32 }
const refused = optional(struct({ code: string, explanation: string }))

/**
 * Shared memory objects and the descriptors that name them: between threads and the origin of their process, which keeps its descriptors, and between
 * origins and the homes of names (the living kernel of the lowest number) and of objects (the kernel that made them).
 */
export const objects = protocol('objects', 11, {
  /** Thread to origin: `shm_open`. Completes with a descriptor. */
  open: message(1, { ...call, name: string, flags: u32, mode: u32 }),
  /** Thread to origin: `shm_unlink`. */
  unlink: message(2, { ...call, name: string }),
  /** Thread to origin: `ftruncate`. Completes when no process finds more of the object than that. */
  truncate: message(3, { ...call, fd: i32, length: u64 }),
  /** Thread to origin: `close`. */
  close: message(4, { ...call, fd: i32 }),

  /** Thread to origin: `open` of a host file. Completes with a descriptor. */
  openPath: message(5, { ...call, path: string, flags: u32, mode: u32 }),

  /** Origin to the home of its machine's files, the living kernel of the lowest number there: opens a file for a process. */
  openFile: request(17, { pid: u32, path: string, flags: u32, mode: u32 }, { object: u64, refused }),
  /** Origin to a file's home: writes to it what of these pages has been changed. Replies when the file has it. */
  writeBack: request(18, { object: u64, first: u64, count: u64 }, { refused }),
  /** Origin to the names' home: opens the object of this name for a process, or makes it. */
  openNamed: request(10, { pid: u32, name: string, flags: u32, mode: u32 }, { object: u64, refused }),
  /** Origin to the names' home: the name is free again. */
  unlinkNamed: request(11, { name: string }, { refused }),
  /** Origin to an object's home: a process is about to map it, `writes`: perhaps to change it. How large is it? It hears of every change from now on. */
  attach: request(12, { pid: u32, object: u64, writes: bool }, { exists: optional(struct({ pages: u64 })) }),
  /** Origin to an object's home: takes back `count` times `attach`. */
  detach: message(13, { pid: u32, object: u64, count: u32 }),
  /** Origin to an object's home: takes back `count` times `openNamed`. */
  closed: message(14, { pid: u32, object: u64, count: u32 }),
  /** Origin to an object's home: gives it this size, in bytes. Replies when every process that maps it has heard. */
  resize: request(15, { object: u64, length: u64 }, { refused }),
  /** An object's home to the origin of a process that maps it: it has this size now. Replies when no kernel finds more of it. */
  resized: request(16, { pid: u32, object: u64, pages: u64 }, {}),
})
