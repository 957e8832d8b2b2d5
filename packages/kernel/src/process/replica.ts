import type { KernelId } from '@atoll/messaging'
import type { ImageInstance } from '../frames/image.js'
import type { Kernel } from '../kernel.js'
import type { CancelTimer } from '../ports/clock.js'
import type { Fiber } from '../threads/fiber.js'
import { Thread, type ThreadId } from '../threads/thread.js'
import { Externals } from '../externals.js'
import type { Keys } from './keys.js'
import type { ReleasableMemory } from './memory-service.js'

/** What evaluating a program's modules gives. */
export type Loaded = { readonly instance: ImageInstance; readonly exports: Readonly<Record<string, unknown>> }

/** Threads have other numbers. */
const NO_THREAD: ThreadId = 0

/** A process on one kernel: its image's instance there, and what its threads there share. */
export class ProcessReplica {
  readonly kernel: Kernel
  readonly pid: ThreadId
  readonly origin: KernelId
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly keys: Keys
  /** What the kernel has given to the program here (`console`, `process`, …): travels by name, as every kernel gives it. */
  readonly surroundings: Externals
  /** Is what is being encoded a thread, with all that is its own? Else it is handed over. */
  isWholeThread = false
  /** What the memory service keeps of it here. */
  memory: ReleasableMemory | null = null
  /** Once controls whose routine is known to have run. */
  readonly onceDone = new Set<number>()
  /** How many once controls were made here. */
  onceControls = 0
  /** What the program has assigned to `process.exitCode` here: the status of a `main` that returns nothing. */
  exitCode: unknown = undefined
  /** It has printed more than could be kept, and is being ended: what it still prints goes nowhere. */
  isCutOff = false
  /** Its `nice` value, −20 … 19: the origin's, as far as this kernel has been told. */
  nice = 0
  /** May idle kernels take threads of it from loaded ones? See `Placement`. */
  isBalanced = false
  #ended = false
  /** Cancel the program's timers that are pending here. */
  readonly #timers = new Set<CancelTimer>()
  #loaded: Loaded | null = null
  #evaluator: Thread | null = null

  constructor(
    kernel: Kernel,
    pid: ThreadId,
    origin: KernelId,
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
    keys: Keys,
  ) {
    this.kernel = kernel
    this.surroundings = new Externals(kernel.externals)
    this.pid = pid
    this.origin = origin
    this.argv = argv
    this.env = env
    this.keys = keys
  }

  /** The process has ended: host callbacks that still come are void. */
  get ended(): boolean {
    return this.#ended
  }

  /** Sets a timer of the program, which ends with the process. Returns how to cancel it. */
  after(atUs: number, callback: () => void): CancelTimer {
    if (this.#ended) return () => undefined
    const withdraw = this.kernel.timers.set(atUs, () => {
      this.#timers.delete(cancel)
      callback()
    })
    const cancel = (): void => {
      this.#timers.delete(cancel)
      withdraw()
    }
    this.#timers.add(cancel)
    return cancel
  }

  /** The process has ended, and its timers with it. */
  end(): void {
    this.#ended = true
    for (const cancel of this.#timers) cancel()
  }

  /**
   * Stands behind the calls of the program's `async` functions that its modules make while they are evaluated here. It is no thread of the
   * process: no table knows it, it stays on this kernel, and it can ask nothing of the system.
   */
  get evaluator(): Thread {
    if (this.#evaluator === null) {
      this.#evaluator = new Thread(this, NO_THREAD, null)
      this.#evaluator.pins = 1
    }
    return this.#evaluator
  }

  /** Is this the thread that is none? */
  isEvaluator(thread: Thread): boolean {
    return thread === this.#evaluator
  }

  /** What still runs on behalf of the modules. */
  evaluatingFibers(): readonly Fiber[] {
    return this.#evaluator?.fibers().filter(({ number }) => number !== 0) ?? []
  }

  /** The program's modules have been evaluated, as far as they can be at once. */
  load(loaded: Loaded): void {
    this.#loaded = loaded
  }

  get instance(): ImageInstance | null {
    return this.#loaded?.instance ?? null
  }

  /** What the program's entry module exports. */
  get exports(): Readonly<Record<string, unknown>> {
    return this.#loaded?.exports ?? {}
  }
}
