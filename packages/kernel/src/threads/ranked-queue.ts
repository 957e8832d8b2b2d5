import type { Fiber } from './fiber.js'
import { SLICE_US } from './fuel.js'
import { FifoQueue, type ReadyQueue } from './ready-queue.js'
import { DEFAULT_SCHEDULING, SchedulingPolicy, type SchedulingParameters } from './scheduling.js'
import type { Thread } from './thread.js'

/** Threads of one `nice` value are worth so much more than those of the next one: as in Linux, 10 % of the processor for each step. */
const NICE_STEP = 1.25
/** Of the time that others would have had beside real-time threads, so much is theirs: one part in 20, as in Linux. */
const OTHERS_PER_REALTIME = 1 / 19
/** What is owed to other threads is paid out in pieces of about a slice, in microseconds. */
const PAYMENT_US = SLICE_US

/** Fibers of one `nice` value. */
class NiceLevel {
  readonly fibers = new FifoQueue()
  readonly #weight: number
  /** How many it holds. */
  count = 0
  /** Time that each of them has had, weighted: the level where it is least is next. */
  virtualUs = 0

  constructor(nice: number) {
    this.#weight = NICE_STEP ** -nice
  }

  charge(us: number): void {
    this.virtualUs += us / (this.#weight * Math.max(1, this.count))
  }
}

/**
 * The run queue of a kernel that has threads of different rank. Real-time threads come first, the highest priority before all others. Other
 * threads share what is left by the weights of their processes' `nice` values (fair queueing by virtual time), and have a twentieth even if
 * real-time threads want all of it, so that no thread starves.
 */
export class RankedQueue implements ReadyQueue {
  readonly #realtime: FifoQueue[] = []
  /** No real-time fiber that is ready has a higher priority. 0: there is none. */
  #highest = 0
  readonly #others = new Map<number, NiceLevel>()
  #ready = 0
  #readyOthers = 0
  /** Where the level was that ran last: those that have slept begin there. Never runs backwards. */
  #virtualUs = 0
  /** What real-time threads owe to the others. */
  #owedUs = 0
  /** Whose fiber was taken last: `null`: a real-time thread's. */
  #running: NiceLevel | null = null

  get isEmpty(): boolean {
    return this.#ready === 0
  }

  get isBacklogged(): boolean {
    return this.#ready > 1
  }

  push(fiber: Fiber): void {
    const { priority } = schedulingOf(fiber.thread)
    if (priority > 0) this.#realtimeAt(priority).push(fiber)
    else this.#pushOther(fiber)
    this.#ready++
  }

  /** Adds a fiber before its equals: it has not had its turn. */
  unshift(fiber: Fiber): void {
    const { priority } = schedulingOf(fiber.thread)
    if (priority === 0) {
      this.push(fiber)
      return
    }
    this.#realtimeAt(priority).unshift(fiber)
    this.#ready++
  }

  take(): Fiber | null {
    const fiber = this.#paysOthers() ? this.#takeOther() : this.#takeRealtime()
    if (fiber !== null) this.#ready--
    return fiber
  }

  /** Takes out a fiber whose thread is about to change its rank; returns whether it was here. */
  remove(fiber: Fiber): boolean {
    const { priority } = schedulingOf(fiber.thread)
    const level = priority > 0 ? null : this.#levelOf(fiber.thread)
    if (!(level?.fibers ?? this.#realtimeAt(priority)).remove(fiber)) return false
    this.#ready--
    if (level === null) {
      this.#lowerHighest()
      return true
    }
    level.count--
    this.#readyOthers--
    return true
  }

  /** Is there a real-time fiber of a higher priority than this? */
  outranks(priority: number): boolean {
    return this.#highest > priority
  }

  /** Is this real-time fiber the first of its equals? */
  leads(fiber: Fiber): boolean {
    return this.#realtime[schedulingOf(fiber.thread).priority]?.first === fiber
  }

  /** The fiber taken last has run for so long. */
  charge(us: number): void {
    const level = this.#running
    if (level !== null) {
      level.charge(us)
      this.#owedUs = Math.max(0, this.#owedUs - us)
    } else this.#owedUs = this.#readyOthers === 0 ? 0 : this.#owedUs + us * OTHERS_PER_REALTIME
  }

  *[Symbol.iterator](): Iterator<Fiber> {
    for (let priority = this.#highest; priority > 0; priority--) yield* this.#realtime[priority] ?? []
    for (const { fibers } of this.#others.values()) yield* fibers
  }

  #realtimeAt(priority: number): FifoQueue {
    this.#highest = Math.max(this.#highest, priority)
    return (this.#realtime[priority] ??= new FifoQueue())
  }

  #lowerHighest(): void {
    while (this.#highest > 0 && this.#realtime[this.#highest]?.isEmpty !== false) this.#highest--
  }

  #takeRealtime(): Fiber | null {
    const fiber = this.#realtime[this.#highest]?.take() ?? null
    this.#running = null
    this.#lowerHighest()
    return fiber
  }

  #paysOthers(): boolean {
    if (this.#readyOthers === 0) return false
    return this.#highest === 0 || this.#owedUs >= PAYMENT_US
  }

  #pushOther(fiber: Fiber): void {
    const level = this.#levelOf(fiber.thread)
    // Who has slept has saved nothing up: else it would have the processor to itself for as long.
    level.virtualUs = Math.max(level.virtualUs, this.#virtualUs)
    level.fibers.push(fiber)
    level.count++
    this.#readyOthers++
  }

  #takeOther(): Fiber | null {
    const level = this.#next()
    const fiber = level?.fibers.take() ?? null
    if (level === null || fiber === null) return null
    level.count--
    this.#readyOthers--
    this.#running = level
    this.#virtualUs = Math.max(this.#virtualUs, level.virtualUs)
    return fiber
  }

  /** The level that has had the least of what is due to it. */
  #next(): NiceLevel | null {
    let next: NiceLevel | null = null
    for (const level of this.#others.values()) {
      if (!level.fibers.isEmpty && (next === null || level.virtualUs < next.virtualUs)) next = level
    }
    return next
  }

  #levelOf({ process: { nice } }: Thread): NiceLevel {
    let level = this.#others.get(nice)
    if (level === undefined) this.#others.set(nice, (level = new NiceLevel(nice)))
    return level
  }
}

/** How a thread is scheduled. */
export const schedulingOf = (thread: Thread): SchedulingParameters => thread.extras?.scheduling ?? DEFAULT_SCHEDULING

/** After a slice that was not given up: does the thread go on before its equals? */
export const keepsItsTurn = ({ policy }: SchedulingParameters, isPreempted: boolean): boolean =>
  policy === SchedulingPolicy.fifo || (policy === SchedulingPolicy.rr && isPreempted)
