import type { KernelId } from '@atoll/messaging'
import type { Frame } from '../frames/frame.js'
import type { Kernel } from '../kernel.js'
import type { Fiber } from '../threads/fiber.js'
import { Timer } from '../threads/timers.js'

/** Slots of a call that waits at a home until a time at most: data, so that the time goes with the thread. */
export interface DeadlineSlots {
  /** On the monotonic clock that all kernels of a node share; `Infinity`: there is no such time. */
  readonly untilUs: number
  /** Has the wait ended by the time? `false` in the frame that blocks. */
  readonly isTimeUp: boolean
}

/** Names of {@link DeadlineSlots}. */
export const DEADLINE_SLOTS = ['untilUs', 'isTimeUp'] as const

/** Asks the home to end a wait. That may have ended already: whichever outcome comes counts. */
class Deadline extends Timer {
  readonly #frame: Frame
  readonly #fiber: Fiber
  readonly #home: KernelId

  constructor(frame: Frame, fiber: Fiber, home: KernelId) {
    super()
    this.#frame = frame
    this.#fiber = fiber
    this.#home = home
  }

  get atUs(): number {
    return this.#frame['untilUs'] as number
  }

  fire(): void {
    this.#fiber.alarm = null
    Object.assign(this.#frame, { isTimeUp: true })
    this.#fiber.thread.process.kernel.waiters.cancel(this.#home, this.#fiber)
  }
}

/** The fiber has blocked in this frame, or has arrived blocked in it. */
export function startDeadline(frame: Frame, fiber: Fiber, kernel: Kernel, home: KernelId): void {
  if (frame['untilUs'] === Infinity) return
  fiber.alarm = new Deadline(frame, fiber, home)
  kernel.timers.start(fiber.alarm)
}

/** The wait is over, or goes on elsewhere. */
export function endDeadline(fiber: Fiber, kernel: Kernel): void {
  if (fiber.alarm) kernel.timers.cancel(fiber.alarm)
  fiber.alarm = null
}

/** A wait was cancelled by its home: because its time is up? */
export const isTimeUp = (frame: Frame | null): boolean => frame?.['isTimeUp'] === true

/** A wait has ended in another way, whether its time was up by then or not. */
export function endedInTime(frame: Frame | null): void {
  if (isTimeUp(frame)) Object.assign(frame as Frame, { isTimeUp: false })
}
