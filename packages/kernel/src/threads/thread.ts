import type { Frame } from '../frames/frame.js'
import type { ProcessReplica } from '../process/replica.js'
import type { Departure } from './departure.js'
import type { Cancellation } from '../cancellation/state.js'
import { Fiber } from './fiber.js'
import type { ThreadGuard } from './guard.js'
import type { SchedulingParameters } from './scheduling.js'

/** A thread's number: unique in the system, and that of the process for its main thread. Leads to the home: the process's origin. */
export type ThreadId = number

/** A value under a thread-specific key. */
export interface SpecificValue {
  readonly value: unknown
  /** How often the key's destructor has run: it may set the key again. */
  readonly rounds: number
}

/** What a thread has beside its stacks; made when it is first needed, because most threads need none of it. */
export interface ThreadExtras {
  /** Thread-specific data by key. */
  readonly specific: Map<number, SpecificValue>
  /** Calls that took a standard entry and have not ended, by fiber number. */
  readonly fibers: Map<number, Fiber>
  /** Number of the stack that ran last. */
  lastRan: number
  /** See {@link Thread}. */
  lastFiber: number
  pins: number
  callbacks: number
  callbacksDue: number
  /** Those that are to be looked at at their next safe point: they have printed more than is taken, or are to be unwound. */
  readonly heldBack: Set<Fiber>
  /** `undefined`: it can be cancelled at cancellation points, nobody has asked for it, and it has pushed no handlers. */
  cancellation: Cancellation | undefined
  /** How it is scheduled; `null`: as threads are that were told nothing. Changed by the scheduler, which keeps ready fibers by it. */
  scheduling: SchedulingParameters | null
  /** `null`: it can run at any time. */
  guard: ThreadGuard | null
}

/** A thread while it is on this kernel. All of it is data: `ThreadImage` is its travelling form. */
export class Thread {
  readonly process: ProcessReplica
  readonly tid: ThreadId
  readonly main: Fiber
  /** CPUs it may run on; `null`: all. */
  affinity: readonly number[] | null = null
  /** How often it has moved. Orders the reports of its whereabouts. */
  epoch = 0
  /** The last sequence number given to one of its waits. */
  lastWait = 0
  /** Where it goes at its next suspension, if anywhere. */
  departure: Departure | null = null
  extras: ThreadExtras | null = null

  constructor(process: ProcessReplica, tid: ThreadId, top: Frame | null) {
    this.process = process
    this.tid = tid
    this.main = new Fiber(this, 0, top)
  }

  /** The last number given to one of its fibers. */
  get lastFiber(): number {
    return this.extras === null ? 0 : this.extras.lastFiber
  }

  set lastFiber(number: number) {
    if (number !== this.lastFiber) this.needExtras().lastFiber = number
  }

  /** How many `atoll.pin()` are in force. */
  get pins(): number {
    return this.extras === null ? 0 : this.extras.pins
  }

  set pins(count: number) {
    if (count !== this.pins) this.needExtras().pins = count
  }

  /** Callbacks that the host has still to make and that may share variables with it: of timers, and of `then`. They find it here. */
  get callbacks(): number {
    return this.extras === null ? 0 : this.extras.callbacks
  }

  set callbacks(count: number) {
    if (count !== this.callbacks) this.needExtras().callbacks = count
  }

  /** Of promises that have settled: they will be made as soon as this isolate's stack is empty. */
  get callbacksDue(): number {
    return this.extras === null ? 0 : this.extras.callbacksDue
  }

  set callbacksDue(count: number) {
    if (count !== this.callbacksDue) this.needExtras().callbacksDue = count
  }

  /** The fiber of this number that has not ended, if there is one. */
  fiber(number: number): Fiber | undefined {
    return number === 0 ? this.main : this.extras?.fibers.get(number)
  }

  /** All stacks, the main one first. */
  fibers(): readonly Fiber[] {
    return this.extras === null ? [this.main] : [this.main, ...this.extras.fibers.values()]
  }

  /** All stacks, in the order of their next turns if all are ready: the one that ran last comes last. */
  fibersInTurn(): readonly Fiber[] {
    const fibers = this.fibers()
    const next = 1 + fibers.findIndex(({ number }) => number === this.extras?.lastRan)
    return next === 0 ? fibers : [...fibers.slice(next), ...fibers.slice(0, next)]
  }

  /** Its extras, made now if it had none. */
  needExtras(): ThreadExtras {
    this.extras ??= {
      specific: new Map(),
      fibers: new Map(),
      lastRan: 0,
      lastFiber: 0,
      pins: 0,
      callbacks: 0,
      callbacksDue: 0,
      heldBack: new Set(),
      cancellation: undefined,
      scheduling: null,
      guard: null,
    }
    return this.extras
  }
}
