import type { KernelId } from '@atoll/messaging'
import type { ThreadId } from './thread.js'

/** A thread's way: the kernel it began on, then those it has moved to; `OMITTED` stands for some that are not remembered. */
export type Journey = readonly KernelId[]

/** No kernel has this number. */
const OMITTED = 0
/** As many as an error message has use for. */
const LONGEST = 9

/** Where the threads that are here have been, if they have moved: a table, because most threads never do. Forced motion leaves no trace. */
export class Journeys {
  readonly #here: KernelId
  readonly #byThread = new Map<ThreadId, Journey>()

  /** @param here The kernel whose threads these are. */
  constructor(here: KernelId) {
    this.#here = here
  }

  /** The way of a thread so far; `undefined` if it has not moved. */
  of(tid: ThreadId): Journey | undefined {
    return this.#byThread.get(tid)
  }

  /** The way of a thread of this kernel once it has moved to kernel `to`. */
  extended(tid: ThreadId, to: KernelId): Journey {
    const [first, ...others] = this.#byThread.get(tid) ?? [this.#here]
    const journey = [first, ...others, to]
    return journey.length <= LONGEST ? journey : [first, OMITTED, ...journey.slice(journey.length - LONGEST + 2)]
  }

  /** A thread has come this way. */
  note(tid: ThreadId, journey: Journey): void {
    this.#byThread.set(tid, journey)
  }

  /** The thread has left, or ended. */
  forget(tid: ThreadId): void {
    this.#byThread.delete(tid)
  }

  /** `thread 3: started on kernel 1, moved to kernel 2, ended there`; `''` of a thread that has not moved. */
  describe(tid: ThreadId): string {
    const journey = this.#byThread.get(tid)
    if (!journey) return ''
    const [first, ...others] = journey
    const moved = others.map((kernel) => (kernel === OMITTED ? '…' : `kernel ${kernel}`)).join(', ')
    return `thread ${tid}: started on kernel ${first}, moved to ${moved}, ended there`
  }
}
