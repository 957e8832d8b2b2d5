import type { KernelId } from '@atoll/messaging'
import type { ThreadId } from './thread.js'
import { ThreadMap } from './thread-map.js'

/**
 * A thread's way: the kernel it began on, then those it has moved to, between spaces; `…` stands for some that are not remembered.
 * A string, because every move extends it and takes it along, and nothing is copied and encoded faster.
 */
export type Journey = string

const OMITTED = '…'
/** In characters: as much as an error message has use for. */
const LONGEST = 24
/** So much of the end is kept when the way gets too long. */
const KEPT = 14

interface Traveller {
  readonly tid: ThreadId
  readonly journey: Journey
}

/** Where the threads that are here have been, if they have moved: a table, because most threads never do. Forced motion leaves no trace. */
export class Journeys {
  readonly #here: KernelId
  readonly #travellers = new ThreadMap<Traveller>()

  /** @param here The kernel whose threads these are. */
  constructor(here: KernelId) {
    this.#here = here
  }

  /** The way of a thread so far; `undefined` if it has not moved. */
  of(tid: ThreadId): Journey | undefined {
    return this.#travellers.get(tid)?.journey
  }

  /** The way of a thread of this kernel once it has moved to kernel `to`. */
  extended(tid: ThreadId, to: KernelId): Journey {
    const journey = `${this.of(tid) ?? this.#here} ${to}`
    if (journey.length <= LONGEST) return journey
    const end = journey.indexOf(' ', journey.length - KEPT)
    return `${journey.slice(0, journey.indexOf(' '))} ${OMITTED}${journey.slice(end)}`
  }

  /** A thread has come this way. */
  note(tid: ThreadId, journey: Journey): void {
    this.#travellers.set({ tid, journey })
  }

  /** The thread has left, or ended. */
  forget(tid: ThreadId): void {
    this.#travellers.delete(tid)
  }

  /** `thread 3: started on kernel 1, moved to kernel 2, ended there`; `''` of a thread that has not moved. */
  describe(tid: ThreadId): string {
    const journey = this.of(tid)
    if (!journey) return ''
    const [first, ...others] = journey.split(' ')
    const moved = others.map((kernel) => (kernel === OMITTED ? OMITTED : `kernel ${kernel}`)).join(', ')
    return `thread ${tid}: started on kernel ${first}, moved to ${moved}, ended there`
  }
}
