import type { Frame } from '../frames/frame.js'
import type { Settlement } from './fiber-promise.js'
import type { Thread } from './thread.js'
import type { Timer } from './timers.js'

/**
 * - `ready`: in its kernel's run queue;
 * - `running`: on the stack now;
 * - `blocked`: its innermost frame waits;
 * - `ended`: `value` and `thrown` are its outcome;
 * - `gone`: it went on as a copy, on another kernel or here; entries of it that remain in queues are void.
 */
export type FiberState = 'ready' | 'running' | 'blocked' | 'ended' | 'gone'

/** A stack of frames of a thread: the main stack (number 0), or one that a call not directly awaited has started. */
export class Fiber {
  readonly thread: Thread
  /** 0 for the main stack; unique within the thread. */
  readonly number: number
  state: FiberState = 'ready'
  /** Innermost frame while suspended. */
  top: Frame | null
  /** What `top` is resumed with; once ended, the outcome. */
  value: unknown = undefined
  /** Is `value` an exception? */
  thrown = false
  /** Sequence number of the wait it is blocked in, 0 if none. A wake-up for another number is stale. */
  wait = 0
  /** The promise for its outcome; `null` for a main stack. */
  settlement: Settlement | null = null
  /** What wakes it if it sleeps here. */
  alarm: Timer | null = null
  /** Next in the run queue. */
  next: Fiber | null = null

  constructor(thread: Thread, number: number, top: Frame | null) {
    this.thread = thread
    this.number = number
    this.top = top
  }

  /** At its next safe point it is looked at: it has printed more than is taken and has to wait, or it is to be unwound. */
  get isHeldBack(): boolean {
    const { extras } = this.thread
    return extras !== null && extras.heldBack.has(this)
  }

  set isHeldBack(isHeldBack: boolean) {
    if (isHeldBack) this.thread.needExtras().heldBack.add(this)
    else this.thread.extras?.heldBack.delete(this)
  }
}
