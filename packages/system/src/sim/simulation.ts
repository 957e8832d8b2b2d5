import type { Kernel, Random, FuelPolicy } from '@atoll/kernel'
import { registers } from '@atoll/kernel'
import type { KernelId, MemoryNetwork } from '@atoll/messaging'
import type { VirtualClock } from './virtual-clock.js'

/** What one unit of fuel takes, in virtual microseconds. */
const UNIT_US = 0.05

/** What a turn takes beside the fuel that it burns: even threads that only yield see time go by. */
const TURN_US = 1

/** Messages per turn. */
const BUDGET = 64

/** What the simulation calls. */
export interface SimulationEvents {
  /** A step has been taken. What it throws ends the simulation. */
  stepped(simulation: Simulation): void
  /** Nothing can run, until something is sent or a host promise settles. */
  rested(): void
  /** It goes on after a rest. */
  resumed(): void
  /** Something was thrown that must not be. The simulation has stopped. */
  failed(error: unknown): void
}

/**
 * Runs kernels that share this isolate, one step at a time: a kernel chosen by chance takes a turn, or, when none can run, time jumps to
 * the next timer. Each step is a turn of the host's event loop of its own, so that promise callbacks that it leaves behind
 * run before the next one. The order of everything follows from the seed.
 */
export class Simulation {
  readonly clock: VirtualClock
  readonly network: MemoryNetwork
  readonly #random: Random
  readonly #events: SimulationEvents
  readonly #kernels = new Map<KernelId, Kernel>()
  #steps = 0
  #isScheduled = false
  #isResting = false
  readonly #waiting: (() => void)[] = []
  #isStopped = false
  /** The kernel that runs now, and how much fuel it had been granted before. */
  #turn: { readonly kernel: Kernel; readonly before: number } | null = null

  constructor(clock: VirtualClock, network: MemoryNetwork, random: Random, events: SimulationEvents) {
    this.clock = clock
    this.network = network
    this.#random = random
    this.#events = events
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#steps
  }

  /** The kernels that live. Invariants may look at all that is in them. */
  get kernels(): ReadonlyMap<KernelId, Kernel> {
    return this.#kernels
  }

  /** Lets a kernel take part. */
  add(kernel: Kernel): void {
    this.#kernels.set(kernel.id, kernel)
    kernel.onWork = () => {
      this.kick()
    }
  }

  /** The kernel is gone, with all that it was about to do, receive or send. */
  remove(kernel: KernelId): void {
    this.#kernels.delete(kernel)
    this.network.lose(kernel)
  }

  /** Takes no further step. */
  stop(): void {
    this.#isStopped = true
    this.#kernels.clear()
  }

  /** Resolves when nothing can run. */
  quiet(): Promise<void> {
    if (this.#isResting) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** There may be something to do. */
  kick(): void {
    if (this.#isScheduled || this.#isStopped) return
    this.#isScheduled = true
    if (this.#isResting) this.#events.resumed()
    this.#isResting = false
    // eslint-disable-next-line no-restricted-globals -- takes no time from the host: lets its microtasks run between steps
    setImmediate(() => {
      this.#isScheduled = false
      this.#takeTurn()
    })
  }

  #takeTurn(): void {
    if (this.#isStopped) return
    try {
      if (this.#step()) {
        this.#events.stepped(this)
        this.kick()
      } else this.#rest()
    } catch (error) {
      this.stop()
      this.#events.failed(error)
    }
  }

  #rest(): void {
    this.#isResting = true
    this.#events.rested()
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #step(): boolean {
    this.#steps++
    const fired = this.clock.expire()
    const runnable = this.#runnable()
    const kernel = runnable[runnable.length > 1 ? this.#random.below(runnable.length) : 0]
    if (kernel) {
      this.#run(kernel)
      return true
    }
    if (fired) return true
    const nextUs = this.#nextUs()
    if (nextUs === Infinity) {
      this.#steps-- // it was none
      return false
    }
    this.clock.advanceTo(nextUs)
    return true
  }

  #runnable(): Kernel[] {
    const { nowUs } = this.clock
    return [...this.#kernels.values()].filter(
      ({ scheduler, messenger, timers }) => !scheduler.idle || messenger.pending || timers.nextUs <= nowUs,
    )
  }

  #nextUs(): number {
    let nextUs = this.clock.nextUs
    for (const { timers } of this.#kernels.values()) nextUs = Math.min(nextUs, timers.nextUs)
    return nextUs
  }

  #run(kernel: Kernel): void {
    kernel.messenger.poll(BUDGET)
    kernel.timers.expire()
    const before = kernel.fuel.granted
    registers.fuel = 0
    this.#turn = { kernel, before }
    kernel.run(1)
    if (kernel.scheduler.idle && !kernel.messenger.pending) kernel.balancer?.idle()
    this.#turn = null
    this.clock.advanceTo(this.clock.nowUs + TURN_US + burnt(kernel.fuel, before) * UNIT_US)
  }

  /** The time on a kernel, in microseconds: in a turn, with what it has burnt so far, which the clock learns when the turn is over. */
  timeOn(kernel: Kernel): number {
    const { nowUs } = this.clock
    return this.#turn?.kernel === kernel ? nowUs + burnt(kernel.fuel, this.#turn.before) * UNIT_US : nowUs
  }
}

/** Units of fuel that were granted since then, less what is left of the last grant. */
const burnt = (fuel: FuelPolicy, grantedBefore: number): number =>
  Math.max(0, fuel.granted - grantedBefore - Math.max(0, registers.fuel))
