import type { Messenger } from '@atoll/messaging'
import { KernelFaultError } from '../errors.js'
import type { CancelTimer, Clock } from '../ports/clock.js'
import { AdaptiveSpin } from './adaptive-spin.js'
import { nodeQueue, type HostQueue } from './host-queue.js'

/** What the loop needs of a messenger. */
export type LoopMessenger = Pick<Messenger, 'poll' | 'pending' | 'park' | 'unpark' | 'onDoorbell'>

/** What a kernel's loop drives. */
export interface KernelLoopOptions {
  readonly messenger: LoopMessenger
  /** Runs due timers and ready threads for a while, and returns soon once the messenger has something. Did anything run? */
  readonly runSlice: () => 'ran' | 'idle'
  /** When `runSlice` will have something to do without a message: milliseconds on the monotonic clock, or `Infinity`. */
  readonly nextDeadlineMs: () => number
  readonly clock: Clock
  /** Called when there is nothing to do and the kernel is about to sleep: may send messages, even to itself. @default nothing */
  readonly beforePark?: () => void
  /** @default Node's */
  readonly host?: HostQueue
  /** How long the host's events wait at most while there is work, in microseconds. @default 50 */
  readonly sliceUs?: number
  /** The longest that an idle kernel polls before it parks, in microseconds; 0: it never does. @default 50 */
  readonly spinUs?: number
  /** Told that the loop goes on, for who watches it from outside. @default nobody is */
  readonly pulse?: LoopPulse
}

/** See {@link KernelLoopOptions}. */
export interface LoopPulse {
  /** The loop begins a slice. */
  readonly beat: () => void
  /** The loop parks. */
  readonly rest: () => void
}

/** Messages per poll. */
const MESSAGES = 64

/**
 * After work the loop goes on by microtasks for so many turns before it spins in one: chains of native promises that the work has set off get
 * that far. (A spin blocks them; a turn of the host's event loop would cost more than a message.)
 */
const MICROTASK_TURNS = 16

/** Looks at the links between two readings of the clock while spinning: one takes a quarter of the other. */
const LOOKS_PER_READING = 8

type LoopState = 'stopped' | 'scheduled' | 'running' | 'parked'

/**
 * The life of a kernel: poll, run threads, and so on. It gives way to promise callbacks after each turn that did something
 * and to the host's events after each slice; when there is nothing to do it spins for a bounded time, then parks until the
 * doorbell rings, a deadline comes, or `wake` is called.
 */
export class KernelLoop {
  readonly #messenger: LoopMessenger
  readonly #runSlice: () => 'ran' | 'idle'
  readonly #nextDeadlineMs: () => number
  readonly #clock: Clock
  readonly #beforePark: () => void
  readonly #host: HostQueue
  readonly #sliceUs: number
  readonly #spin: AdaptiveSpin
  readonly #pulse: LoopPulse | null
  #state: LoopState = 'stopped'
  #sliceEndUs = 0
  #microtaskTurns = 0
  /** Has the last turn done nothing? */
  #wasIdle = false
  #parkedUs = 0
  #idleSinceUs = 0
  #cancelDeadline: CancelTimer | null = null

  constructor(options: KernelLoopOptions) {
    const {
      messenger,
      runSlice,
      nextDeadlineMs,
      clock,
      host = nodeQueue,
      sliceUs = 50,
      spinUs = 50,
      pulse = null,
    } = options
    this.#beforePark = options.beforePark ?? (() => undefined)
    this.#messenger = messenger
    this.#runSlice = runSlice
    this.#nextDeadlineMs = nextDeadlineMs
    this.#clock = clock
    this.#host = host
    this.#sliceUs = sliceUs
    this.#spin = new AdaptiveSpin(spinUs)
    this.#pulse = pulse
    messenger.onDoorbell(this.#rung)
  }

  /** Is the kernel asleep? */
  get parked(): boolean {
    return this.#state === 'parked'
  }

  /** Begins, in a microtask. */
  start(): void {
    if (this.#state === 'stopped') this.#scheduleSlice()
  }

  /** Ends the loop: at once, or when the turn that calls it is over. */
  stop(): void {
    this.#leavePark()
    this.#state = 'stopped'
  }

  /** There may be work that came by no message: a host callback has made a thread ready. Cheap when the loop is awake. */
  readonly wake = (): void => {
    if (this.#state !== 'parked') return
    this.#leavePark()
    this.#scheduleSlice()
  }

  readonly #rung = (): void => {
    if (this.#state === 'parked') this.#spin.woken(this.#clock.monotonicUs() - this.#parkedUs)
    this.wake()
  }

  /** Not run here: whoever wakes the loop may be in the middle of something. */
  #scheduleSlice(): void {
    this.#state = 'scheduled'
    this.#host.afterMicrotasks(this.#beginSlice)
  }

  readonly #beginSlice = (): void => {
    this.#pulse?.beat()
    this.#sliceEndUs = this.#clock.monotonicUs() + this.#sliceUs
    this.#turn()
  }

  readonly #turn = (): void => {
    if (this.#state !== 'scheduled') return
    this.#state = 'running'
    try {
      this.#workUntilPaused()
    } catch (error) {
      this.stop()
      throw new KernelFaultError(error) // an uncaught exception: ends the isolate, and its monitor says why
    }
  }

  #workUntilPaused(): void {
    while (this.#isRunning()) {
      if (this.#work()) this.#microtaskTurns = MICROTASK_TURNS
      if (!this.#isRunning() || this.#giveWay()) return
      if (!this.#awaitWork() && this.#park()) return
    }
  }

  /** Read anew: handlers and threads may stop the loop. */
  #isRunning(): boolean {
    return this.#state === 'running'
  }

  #work(): boolean {
    const received = this.#messenger.poll(MESSAGES) > 0
    // Idle turns are a spin too, as far as messages are concerned.
    if (received && this.#wasIdle) this.#spin.won(this.#idleUs())
    const worked = this.#runSlice() === 'ran' || received
    if (!worked && !this.#wasIdle) this.#idleSinceUs = this.#clock.monotonicUs()
    this.#wasIdle = !worked
    return worked
  }

  /** Goes on after others, if it is their turn. */
  #giveWay(): boolean {
    if (this.#clock.monotonicUs() >= this.#sliceEndUs) {
      this.#state = 'scheduled'
      this.#host.afterEvents(this.#beginSlice)
      return true
    }
    if (this.#microtaskTurns === 0) return false
    this.#microtaskTurns--
    this.#state = 'scheduled'
    this.#host.afterMicrotasks(this.#turn)
    return true
  }

  /** Spins. `true`: there is something to do. */
  #awaitWork(): boolean {
    const spinUs = this.#spin.begin()
    if (spinUs === 0) return false
    const spinEndUs = this.#clock.monotonicUs() + spinUs
    const deadlineUs = this.#nextDeadlineMs() * 1000
    for (;;) {
      for (let look = 0; look < LOOKS_PER_READING; look++) {
        if (!this.#messenger.pending) continue
        this.#spin.won(this.#idleUs())
        return true
      }
      const nowUs = this.#clock.monotonicUs()
      if (nowUs >= deadlineUs) return true
      if (nowUs < spinEndUs) continue
      this.#spin.lost()
      return false
    }
  }

  #idleUs(): number {
    return this.#clock.monotonicUs() - this.#idleSinceUs
  }

  /** `false`: a message came before the doorbell was armed. */
  #park(): boolean {
    this.#beforePark()
    if (!this.#messenger.park()) return false
    this.#state = 'parked'
    this.#pulse?.rest()
    this.#parkedUs = this.#clock.monotonicUs()
    this.#cancelDeadline = this.#clock.setTimer(this.#nextDeadlineMs() * 1000, this.wake)
    return true
  }

  #leavePark(): void {
    if (this.#state !== 'parked') return
    this.#wasIdle = false // what comes now has not come while spinning
    this.#cancelDeadline?.()
    this.#cancelDeadline = null
    this.#messenger.unpark()
  }
}
