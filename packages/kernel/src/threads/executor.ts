import { beginUnwinding, isDue, isShielded, shield } from '../cancellation/state.js'
import { SUSPENDED } from '../frames/frame.js'
import type { Turns } from '../frames/generator-state.js'
import type { ImageInstance } from '../frames/image.js'
import { registers, type Executor, type SafePoint } from '../frames/registers.js'
import type { Kernel } from '../kernel.js'
import { PosixError } from '../posix-error.js'
import { block } from '../waits/wait-code.js'
import { Fiber } from './fiber.js'
import { abandon, fiberOf, settlementFor } from './fiber-promise.js'
import { copyOf, FIBER_WAIT, FOREIGN_WAIT } from './fiber-waits.js'
import type { FuelPolicy } from './fuel.js'
import { awaitTurn, callUp } from './generator-turns.js'
import type { Thread } from './thread.js'
import { suspend } from './run.js'
import { callDirectly } from './start.js'

/** What registers ask for beyond their fast paths: fuel, waits for promises, fibers. */
export class KernelExecutor implements Executor {
  readonly #kernel: Kernel
  readonly #fuel: FuelPolicy

  constructor(kernel: Kernel, fuel: FuelPolicy) {
    this.#kernel = kernel
    this.#fuel = fuel
  }

  refuel(point: SafePoint): number {
    if (registers.fiber?.isHeldBack === true || this.#kernel.scheduler.isPreempting) return -1
    return this.#fuel.refuel(point)
  }

  awaitPromise(promise: Promise<unknown>): typeof SUSPENDED {
    const waiter = registers.fiber
    if (waiter === null) throw new Error('an await ran outside of a thread')
    if (waiter.thread.extras !== null && isDue(waiter)) {
      abandon(promise)
      throw beginUnwinding(waiter)
    }
    const awaited = fiberOf(promise)
    if (awaited === undefined) return block(this.#kernel, { $f: FOREIGN_WAIT, $p: 0, $c: null, promise })
    const { thread, settlement } = awaited.state === 'gone' ? copyOf(awaited, this.#kernel) : awaited
    const code = settlement && thread === waiter.thread ? FIBER_WAIT : FOREIGN_WAIT
    return block(this.#kernel, { $f: code, $p: 0, $c: null, promise: settlement?.promise ?? promise })
  }

  startFiber(
    routine: (...args: never) => unknown,
    self: unknown,
    args: ArrayLike<unknown>,
    instance: ImageInstance | null,
  ): Promise<unknown> {
    const outer = registers.fiber
    const outerExecutor = registers.executor
    const outerCallee = registers.callee // a plain function that is being called directly may have called this one
    const thread = outer?.thread ?? this.#kernel.threadOfCallback(instance)
    if (thread instanceof PosixError) return Promise.reject(thread)
    const fiber = new Fiber(thread, ++thread.lastFiber, null)
    fiber.settlement = settlementFor(fiber)
    thread.needExtras().fibers.set(fiber.number, fiber)
    if (outer !== null && isShielded(outer)) shield(fiber)
    fiber.state = 'running'
    registers.fiber = fiber
    registers.executor = this
    try {
      const value = callDirectly(routine as (...args: unknown[]) => unknown, self, Array.from(args))
      if (value === SUSPENDED) {
        suspend(fiber, null)
        if (isRunning(fiber)) this.#kernel.scheduler.enqueue(fiber)
        else this.#kernel.trace?.suspended(fiber)
        return fiber.settlement.promise
      }
      fiber.value = value
    } catch (error) {
      fiber.value = error
      fiber.thrown = true
    } finally {
      registers.fiber = outer
      registers.executor = outerExecutor
      registers.callee = outerCallee
      if (outer === null) this.#calledBack(thread)
    }
    const { promise } = fiber.settlement
    fiber.state = 'ended'
    this.#kernel.fiberEnded(fiber)
    return promise
  }

  awaitTurn(turns: Turns, turn: number): typeof SUSPENDED {
    return awaitTurn(this.#kernel, turns, turn)
  }

  callUp(turns: Turns): void {
    callUp(this.#kernel, turns)
  }

  /** A host callback called: no slice ends, and the loop may be parked, for which own messages ring no bell. */
  #calledBack(thread: Thread): void {
    const { scheduler } = this.#kernel
    this.#kernel.onWork()
    // Not at once: the callback is not through, and may have more to do with the promise that it gets.
    queueMicrotask(() => {
      scheduler.reconsider(thread)
    })
  }
}

/** Re-reads what the fiber's own calls may have changed. */
const isRunning = (fiber: Fiber): boolean => fiber.state === 'running'

/** A call that a fiber other than the main stack makes can't end its thread. */
export function refuseInFiber(syscall: string): void {
  const fiber = registers.fiber
  if (fiber && fiber.number !== 0) {
    throw new PosixError(
      'EPERM',
      syscall,
      'only the main stack of a thread may do this, not a call that is not directly awaited',
    )
  }
}
