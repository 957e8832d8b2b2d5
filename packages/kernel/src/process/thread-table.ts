import type { KernelId } from '@atoll/messaging'
import type { ThreadId } from '../threads/thread.js'
import type { WaitRecord } from '../waits/home.js'

/** How a thread ended: `result` is its encoded value, or error. */
export interface ThreadOutcome {
  readonly thrown: boolean
  readonly result: Uint8Array
}

/** What a process's origin knows of one thread. */
export interface ThreadEntry {
  readonly tid: ThreadId
  name: string
  /** Where it is, or (not `arrived`) is going to; and how often it has moved. */
  kernel: KernelId
  arrived: boolean
  /** Where it was before. */
  from: KernelId
  /** The kernel that sent it on its last way: if that dies, the thread may never come. */
  sender: KernelId
  epoch: number
  /** CPUs it may run on; `null`: all. */
  cpus: readonly number[] | null
  /** How often it had moved when `cpus` were set: what is told of them may overtake. */
  cpusEpoch: number
  detached: boolean
  outcome: ThreadOutcome | null
  /** In words, the error that it ended with; `''` if it did not. */
  explanation: string
  /** The one thread that waits for its end. */
  joiner: WaitRecord | null
  /** Called once it has arrived: requests that met it in motion; `null`: none. */
  onArrival: (() => void)[] | null
}
