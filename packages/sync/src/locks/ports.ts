import type { Kernel, ThreadId } from '@atoll/kernel'

/** What locks need of a kernel. */
export type LockKernel = Pick<Kernel, 'id' | 'messenger' | 'membership' | 'waitHome' | 'encodePlain'> & {
  /** Threads that are on this kernel. */
  readonly threads: { get(tid: ThreadId): unknown }
}
