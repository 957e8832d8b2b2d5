import type { ThreadGuard } from '../threads/guard.js'
import type { Thread, ThreadId } from '../threads/thread.js'
import type { ProcessReplica } from './replica.js'

/** A process's memory on a kernel, as far as motion and synchronization concern it. */
export interface ReleasableMemory {
  /** Has something been written here that others see only once it is released? */
  readonly isDirty: boolean
  /** Calls `done` when others can see all that has been written here. */
  release(done: () => void): void
}

/** The memory service of a kernel, seen from below. */
export interface MemoryService {
  /** What the kernel keeps of the memory of a process that it enters. */
  enter(process: ProcessReplica): ReleasableMemory
  /** At the origin of a process that every kernel has dropped: calls `done` when what it changed is where it must outlast it. */
  ended(pid: ThreadId, done: () => void): void
  /** Makes a thread's guard where it has arrived. */
  restoreGuard(thread: Thread, image: unknown): ThreadGuard
}
