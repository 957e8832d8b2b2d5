import type { KernelId } from '@atoll/messaging'
import type { ThreadId } from '../threads/thread.js'
import type { WaitRecord } from '../waits/home.js'

/** How a thread ended. */
export interface ThreadOutcome {
  readonly thrown: boolean
  /** Its encoded value, or error. */
  readonly result: Uint8Array
  /** In words, the error that it ended with; `''` if it did not. */
  readonly explanation: string
}

/** In place of a joiner. */
export const DETACHED = 'detached'

/** A thread's way to another kernel, while it is under way. */
export interface Motion {
  /** Where it was last. */
  readonly from: KernelId
  /** The kernel that sent it: if that dies, the thread may never come. */
  readonly sender: KernelId
  /** Requests that met it in motion, called once it has arrived or ended. */
  readonly onArrival: (() => void)[]
}

/** What a process's origin knows of one thread. There may be a hundred thousand: what few need is in objects of its own. */
export interface ThreadEntry {
  readonly tid: ThreadId
  /** Where it is, or is going to (then `motion` says more); and how often it has moved. */
  kernel: KernelId
  epoch: number
  motion: Motion | null
  /** CPUs it may run on; `null`: all. */
  cpus: readonly number[] | null
  outcome: ThreadOutcome | null
  /** The one thread that waits for its end; `DETACHED`: nobody ever will. */
  joiner: WaitRecord | typeof DETACHED | null
}
