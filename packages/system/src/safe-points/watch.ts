import type { CancelTimer, Clock } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'

/** So many looks at a kernel must find it in the same place. By count, so that a machine that stood still accuses nobody. */
const LOOKS = 4

interface Watched {
  readonly word: Int32Array
  seen: number
  /** How many looks have found what the last one found. */
  looks: number
  /** How many tell that it is overdue. */
  overdueAt: number
}

/** Looks at the pulses of kernels from outside of their isolates, a few times per limit, and tells of those that stand still. */
export class PulseWatch {
  readonly #clock: Clock
  readonly #intervalUs: number
  readonly #overdue: (kernel: KernelId) => void
  readonly #kernels = new Map<KernelId, Watched>()
  #cancel: CancelTimer = () => undefined

  /**
   * `overdue` is called when a kernel has reached no safe point for `limitMs`, and again each time that this has lasted twice as long: what it did then may
   * have been something else, such as the evaluation of modules.
   */
  constructor(clock: Clock, limitMs: number, overdue: (kernel: KernelId) => void) {
    this.#clock = clock
    this.#intervalUs = (limitMs * 1000) / LOOKS
    this.#overdue = overdue
    this.#next()
  }

  add(kernel: KernelId, memory: SharedArrayBuffer): void {
    this.#kernels.set(kernel, { word: new Int32Array(memory), seen: 0, looks: 0, overdueAt: LOOKS })
  }

  remove(kernel: KernelId): void {
    this.#kernels.delete(kernel)
  }

  stop(): void {
    this.#cancel()
  }

  #next(): void {
    this.#cancel = this.#clock.setTimer(this.#clock.monotonicUs() + this.#intervalUs, () => {
      for (const [kernel, watched] of this.#kernels) this.#look(kernel, watched)
      this.#next()
    })
  }

  #look(kernel: KernelId, watched: Watched): void {
    const seen = Atomics.load(watched.word, 0)
    watched.looks = seen === watched.seen && seen !== 0 ? watched.looks + 1 : 0
    watched.seen = seen
    if (watched.looks === watched.overdueAt) {
      watched.overdueAt *= 2
      this.#overdue(kernel)
    } else if (watched.looks === 0) watched.overdueAt = LOOKS
  }
}
