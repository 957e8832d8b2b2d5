import { registers } from '../frames/registers.js'
import type { Clock } from '../ports/clock.js'
import type { Fiber, FiberState } from './fiber.js'
import { run } from './run.js'
import type { FuelPolicy } from './fuel.js'
import type { Thread } from './thread.js'

/** What the scheduler asks of the rest of the kernel. */
export interface SchedulerEvents {
  /** The fiber's outcome is in `value` and `thrown`. */
  ended(fiber: Fiber): void
  /** The fiber was suspended because it is to be held back: the receiver has it wait, or enqueues it. */
  heldBack(fiber: Fiber): void
  /** The fiber can't go on: this was thrown by what the kernel did for it, by code of its program that the kernel called. */
  failed(fiber: Fiber, error: unknown): void
  /** All stacks of this thread are suspended, and it has somewhere to go (`departure`), or motion is forced. */
  suspended(thread: Thread): void
  /** The run queue was empty and is not any more. */
  work(): void
}

/** Read anew: the fiber's run has changed it. */
const stateOf = (fiber: Fiber): FiberState => fiber.state

/** Runs end after about this time: the kernel's timers and the host's events want their turn. */
const RUN_US = 50
/** Slices that have taken less than this since the last look are short: the next look may be later. */
const SHORT_US = 5
/** The most slices between two looks. A look (at the links and at the clock) costs as much as half a change of threads. */
const LONGEST_STRIDE = 16

/** The kernel's run queue: first in, first out, one slice each. */
export class Scheduler {
  readonly #fuel: FuelPolicy
  readonly #events: SchedulerEvents
  readonly #urgent: () => boolean
  readonly #clock: Clock
  #first: Fiber | null = null
  #last: Fiber | null = null
  /** Slices from one look to the next. */
  #stride = 1
  /** Is `suspended` called after every slice? Set by the forced-motion modes. */
  forced = false

  constructor(fuel: FuelPolicy, clock: Clock, urgent: () => boolean, events: SchedulerEvents) {
    this.#fuel = fuel
    this.#clock = clock
    this.#urgent = urgent
    this.#events = events
  }

  get idle(): boolean {
    return this.#first === null
  }

  /** Appends a fiber to the run queue. */
  enqueue(fiber: Fiber): void {
    fiber.state = 'ready'
    fiber.next = null
    const last = this.#last
    this.#last = fiber
    if (last !== null) last.next = fiber
    else {
      this.#first = fiber
      this.#events.work()
    }
  }

  /** Ends a fiber's wait: it goes on with `value`, or by throwing it. */
  wake(fiber: Fiber, value: unknown, thrown: boolean): void {
    fiber.wait = 0
    fiber.value = value
    fiber.thrown = thrown
    this.enqueue(fiber)
  }

  /** Something that kept the thread from going where it wants to go has changed. */
  reconsider(thread: Thread): void {
    const concerned = thread.departure !== null || this.forced
    if (concerned && registers.fiber?.thread !== thread) this.#events.suspended(thread)
  }

  /** Runs fibers for a while, at most `limit` slices, until something urgent comes up. Returns whether any ran. */
  run(limit = Infinity): boolean {
    if (this.#first === null) return false
    const startUs = this.#clock.monotonicUs()
    let lookedUs = startUs
    let slices = 0
    let nextLook = this.#stride
    do {
      this.#runOne(this.#first)
      if (++slices < nextLook) continue
      const nowUs = this.#clock.monotonicUs()
      if (nowUs - startUs >= RUN_US || this.#urgent()) break
      this.#stride = nowUs - lookedUs < SHORT_US ? Math.min(this.#stride * 2, LONGEST_STRIDE) : 1
      lookedUs = nowUs
      nextLook = slices + this.#stride
    } while (slices < limit && this.#first !== null)
    return true
  }

  #runOne(fiber: Fiber): void {
    this.#first = fiber.next
    if (this.#first === null) this.#last = null
    fiber.next = null
    if (fiber.state !== 'ready') return // its thread went elsewhere while it was queued
    registers.fuel = this.#fuel.begin()
    try {
      this.#runSlice(fiber)
    } catch (error) {
      registers.fiber = null
      this.#events.failed(fiber, error)
    }
  }

  #runSlice(fiber: Fiber): void {
    const ended = run(fiber)
    registers.fiber = null
    if (ended) this.#events.ended(fiber)
    // A fiber that blocked, or that was woken already while it blocked, has said so itself.
    else if (stateOf(fiber) === 'running') {
      if (fiber.isHeldBack) this.#events.heldBack(fiber)
      else this.enqueue(fiber)
    }
    const { thread } = fiber
    if (thread.departure !== null || this.forced) this.#events.suspended(thread)
  }
}
