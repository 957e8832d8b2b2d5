import { registers } from '../frames/registers.js'
import type { Clock } from '../ports/clock.js'
import type { Fiber, FiberState } from './fiber.js'
import { run } from './run.js'
import type { FuelPolicy } from './fuel.js'
import { keepsItsTurn, RankedQueue, schedulingOf } from './ranked-queue.js'
import { FifoQueue, type ReadyQueue } from './ready-queue.js'
import type { SchedulingParameters } from './scheduling.js'
import type { Thread } from './thread.js'
import type { Tracer } from '../trace/tracer.js'

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
  /** Some slices have been run; are two fibers or more ready? */
  ran(isBacklogged: boolean): void
}

/** Read anew: the fiber's run has changed it. */
const stateOf = (fiber: Fiber): FiberState => fiber.state

/** Runs end after about this time: the kernel's timers and the host's events want their turn. */
const RUN_US = 50
/** Slices that have taken less than this since the last look are short: the next look may be later. */
const SHORT_US = 5
/** The most slices between two looks. A look (at the links and at the clock) costs as much as half a change of threads. */
const LONGEST_STRIDE = 16

/** In virtual time the clock stands still during a slice: so many microseconds are taken for a unit of burnt fuel. */
const VIRTUAL_UNIT_US = 0.05

/** Runs a kernel's ready fibers, one slice each: in turns while its threads are equal, by rank once one of them is not. */
export class Scheduler {
  readonly #fuel: FuelPolicy
  readonly #events: SchedulerEvents
  readonly #urgent: () => boolean
  readonly #clock: Clock
  #queue: ReadyQueue = new FifoQueue()
  /** The queue, once threads differ. It stays: to know when the last such thread has gone would cost every thread something. */
  #ranks: RankedQueue | null = null
  /** The fiber that runs is to suspend at its next safe point: one of higher priority is ready. */
  #isPreempting = false
  /** The fiber that runs has given its turn up. */
  #isYielding = false
  readonly #isTimeVirtual: boolean
  /** Slices from one look to the next. */
  #stride = 1
  /** Is `suspended` called after every slice? Set by the forced-motion modes. */
  forced = false
  /** Writes down what runs, while a trace is taken. */
  trace: Tracer | null = null

  constructor(fuel: FuelPolicy, clock: Clock, urgent: () => boolean, events: SchedulerEvents, isTimeVirtual = false) {
    this.#isTimeVirtual = isTimeVirtual
    this.#fuel = fuel
    this.#clock = clock
    this.#urgent = urgent
    this.#events = events
  }

  get idle(): boolean {
    return this.#queue.isEmpty
  }

  /** Must the fiber that runs suspend at its next safe point, whatever fuel it has? */
  get isPreempting(): boolean {
    return this.#isPreempting
  }

  /** The fibers in the run queue, those that run next first. It must not be changed meanwhile. */
  get ready(): Iterable<Fiber> {
    return this.#queue
  }

  /** Appends a fiber to the run queue, behind its equals. */
  enqueue(fiber: Fiber): void {
    fiber.state = 'ready'
    const wasEmpty = this.#queue.isEmpty
    this.#queue.push(fiber)
    if (this.#ranks !== null) this.#preempt(this.#ranks)
    if (wasEmpty) this.#events.work()
  }

  /** Takes a thread's fibers out of the run queue: they go on when they are enqueued again. */
  withhold(thread: Thread): Fiber[] {
    return thread.fibers().filter((fiber) => fiber.state === 'ready' && this.#queue.remove(fiber))
  }

  /** The fiber that runs gives its turn up, when it suspends next. */
  yield(): void {
    this.#isYielding = true
  }

  /** From now on fibers are kept by their threads' ranks: a thread that is not like others is here, or about to be. */
  rank(): RankedQueue {
    if (this.#ranks !== null) return this.#ranks
    const ranks = new RankedQueue()
    for (let fiber = this.#queue.take(); fiber !== null; fiber = this.#queue.take()) ranks.push(fiber)
    this.#queue = this.#ranks = ranks
    return ranks
  }

  /**
   * Changes how a thread is scheduled. Those of its fibers that are ready come behind their new equals; before them if `keepsTurn`
   * (POSIX: a thread whose priority `pthread_setschedprio` has lowered).
   */
  reschedule(thread: Thread, scheduling: SchedulingParameters, keepsTurn = false): void {
    const ranks = this.rank()
    const ready = thread.fibers().filter((fiber) => fiber.state === 'ready' && ranks.remove(fiber))
    thread.needExtras().scheduling = scheduling
    for (const fiber of ready) {
      if (keepsTurn) ranks.unshift(fiber)
      else ranks.push(fiber)
    }
    this.#preempt(ranks)
  }

  /** Is a fiber of this thread to go on before its equals, as one does whose turn is not over? */
  keepsTurn(thread: Thread): boolean {
    const ranks = this.#ranks
    return ranks !== null && thread.fibers().some((fiber) => ranks.leads(fiber))
  }

  /** Applies a change of what all threads of a process share, their `nice` value. */
  rerank(change: () => void): void {
    const ranks = this.rank()
    const ready: Fiber[] = []
    for (let fiber = ranks.take(); fiber !== null; fiber = ranks.take()) ready.push(fiber)
    change()
    for (const fiber of ready) ranks.push(fiber)
  }

  /** Ends a fiber's wait: it goes on with `value`, or by throwing it. */
  wake(fiber: Fiber, value: unknown, thrown: boolean): void {
    if (this.trace !== null) this.trace.woken(fiber)
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
    if (this.#queue.isEmpty) return false
    const startUs = this.#clock.monotonicUs()
    let lookedUs = startUs
    let slices = 0
    let nextLook = this.#stride
    do {
      this.#runOne(this.#queue.take())
      // Who runs alone mostly waits for a message: it yields until something has changed.
      if (++slices < nextLook && this.#queue.isBacklogged) continue
      const nowUs = this.#clock.monotonicUs()
      if (nowUs - startUs >= RUN_US || this.#urgent()) break
      this.#stride = nowUs - lookedUs < SHORT_US ? Math.min(this.#stride * 2, LONGEST_STRIDE) : 1
      lookedUs = nowUs
      nextLook = slices + this.#stride
    } while (slices < limit && !this.#queue.isEmpty)
    this.#events.ran(this.#queue.isBacklogged)
    return true
  }

  #runOne(fiber: Fiber | null): void {
    if (fiber?.state !== 'ready') return // its thread went elsewhere while it was queued
    registers.fuel = this.#fuel.begin()
    if (this.#ranks === null) this.#runGuarded(fiber)
    else this.#runRanked(fiber, this.#ranks)
  }

  #runRanked(fiber: Fiber, ranks: RankedQueue): void {
    const startUs = this.#clock.monotonicUs()
    const grantedBefore = this.#fuel.granted - Math.max(0, registers.fuel)
    this.#isPreempting = this.#isYielding = false
    this.#runGuarded(fiber)
    this.#isPreempting = false
    const burnt = this.#fuel.granted - Math.max(0, registers.fuel) - grantedBefore
    ranks.charge(this.#isTimeVirtual ? 1 + burnt * VIRTUAL_UNIT_US : this.#clock.monotonicUs() - startUs)
  }

  #runGuarded(fiber: Fiber): void {
    try {
      this.#runSlice(fiber)
    } catch (error) {
      registers.fiber = null
      this.#events.failed(fiber, error)
    }
  }

  #runSlice(fiber: Fiber): void {
    const { extras } = fiber.thread
    if (extras !== null) {
      if (extras.guard !== null) {
        if (!extras.guard.admits(fiber)) return
        if (extras.guard.isCostly) registers.fuel = this.#fuel.begin(true)
      }
      extras.lastRan = fiber.number
    }
    const ended = this.trace === null ? run(fiber) : this.trace.slice(fiber)
    registers.fiber = null
    if (ended) {
      fiber.thread.extras?.guard?.ended(fiber)
      this.#events.ended(fiber)
    }
    // A fiber that blocked, or that was woken already while it blocked, has said so itself.
    else if (stateOf(fiber) === 'running') {
      if (fiber.isHeldBack) this.#events.heldBack(fiber)
      else if (this.#ranks !== null) this.#putBack(fiber, this.#ranks)
      else this.enqueue(fiber)
    }
    const { thread } = fiber
    thread.extras?.guard?.ran()
    if (thread.departure !== null || this.forced) this.#events.suspended(thread)
  }

  /** Slices end for the sake of messages, timers and the host, too: whose turn lasts until it gives it up goes on before its equals. */
  #putBack(fiber: Fiber, ranks: RankedQueue): void {
    const keeps = !this.#isYielding && keepsItsTurn(schedulingOf(fiber.thread), this.#isPreempting)
    if (!keeps) {
      this.enqueue(fiber)
      return
    }
    fiber.state = 'ready'
    const wasEmpty = ranks.isEmpty
    ranks.unshift(fiber)
    if (wasEmpty) this.#events.work()
  }

  /** Has the running fiber suspend at its next safe point, if one of higher priority is ready. */
  #preempt(ranks: RankedQueue): void {
    const running = registers.fiber
    if (running === null || running.thread.process.kernel.scheduler !== this) return
    if (!ranks.outranks(schedulingOf(running.thread).priority)) return
    this.#isPreempting = true
    registers.fuel = Math.min(registers.fuel, 0)
  }
}
