import type { KernelId } from '@atoll/messaging'
import { unwindBlocked } from '../cancellation/act.js'
import { testCancel } from '../cancellation/state.js'
import { builtinCode } from '../frames/builtin.js'
import { registers } from '../frames/registers.js'
import type { Code, Frame, SUSPENDED } from '../frames/frame.js'
import type { Fiber } from '../threads/fiber.js'
import type { Kernel } from '../kernel.js'
import { posixErrorOf } from '../posix-error-of.js'
import { nextWait } from './home.js'

/** The code of a system-call frame: an innermost frame that waits. What its wait is registered with follows its thread by these hooks. */
export interface WaitCode extends Code {
  /**
   * The fiber has just blocked in `frame` (`arrived` false), or has arrived on `kernel` blocked in it (`arrived` true):
   * register the wait, or rebind it.
   */
  readonly register: (frame: Frame, fiber: Fiber, kernel: Kernel, arrived: boolean) => void
  /** The fiber leaves `kernel`, or its thread ends (`ended`): withdraw what `register` put up here, and when it ends, at the home. */
  readonly withdraw: (frame: Frame, fiber: Fiber, kernel: Kernel, ended: boolean) => void
  /**
   * `null`: the call is no cancellation point. Else ends the wait of a fiber that is blocked in it by unwinding, or has its home do so, if it has not
   * ended yet.
   */
  readonly cancel: ((frame: Frame, fiber: Fiber, kernel: Kernel) => void) | null
  /** Why a thread that waits here can't move now; `null`: it can. */
  readonly holds: (frame: Frame, fiber: Fiber) => string | null
  /** The kernel without which a wait here can't end; `null`: none. */
  readonly homeOf: (frame: Frame) => KernelId | null
}

/** What makes a {@link WaitCode}. */
export interface WaitDefinition {
  /** Slots of the frame: all that the call needs to go on, as data. */
  readonly slots: readonly string[]
  /** The call's result from what ended its wait. @default the value itself */
  readonly result?: (value: unknown, frame: Frame) => unknown
  /** See {@link WaitCode}. */
  readonly register: WaitCode['register']
  /** See {@link WaitCode}. */
  readonly withdraw: WaitCode['withdraw']
  /** See {@link WaitCode}; `'withdraw'`: this kernel alone knows of the wait, and withdrawing it is enough. @default it is no cancellation point */
  readonly cancel?: WaitCode['cancel'] | 'withdraw'
  /** See {@link WaitCode}. @default it can always move */
  readonly holds?: WaitCode['holds']
  /** See {@link WaitCode}. @default it has none */
  readonly homeOf?: WaitCode['homeOf']
}

/** Defines a blocking call's frame. */
export function waitCode(name: string, definition: WaitDefinition): WaitCode {
  const { slots, result, register, withdraw, holds, homeOf, cancel = null } = definition
  const code = builtinCode(name, slots, (frame, value, thrown) => {
    if (thrown) throw value
    if (!result) return value
    try {
      return result(value, frame)
    } catch (error) {
      throw posixErrorOf(error, name)
    }
  })
  const withdrawing: WaitCode['cancel'] = (frame, fiber, kernel) => {
    withdraw(frame, fiber, kernel, true)
    unwindBlocked(fiber)
  }
  return Object.assign(code, {
    register,
    withdraw,
    cancel: cancel === 'withdraw' ? withdrawing : cancel,
    holds: holds ?? (() => null),
    homeOf: homeOf ?? (() => null),
  })
}

/** A system-call frame, given as a literal: `{ $f, $p: 0, $c: null }` and the slots of its code. */
export interface WaitFrame extends Frame {
  readonly $f: WaitCode
  readonly $p: 0
}

/**
 * Blocks the running fiber in this frame. Throws what `register` throws, or what unwinds a fiber that is to be cancelled: then nothing waits, and the
 * fiber runs on.
 */
export function block(kernel: Kernel, frame: WaitFrame): typeof SUSPENDED {
  const code = frame.$f
  const fiber = registers.fiber
  if (fiber === null) throw new Error(`${code.name} was called outside of a thread`)
  if (code.cancel !== null && fiber.thread.extras !== null) testCancel(fiber)
  fiber.wait = fiber.thread.lastWait = nextWait(fiber.thread.lastWait)
  fiber.state = 'blocked'
  try {
    code.register(frame, fiber, kernel, false)
  } catch (error) {
    code.withdraw(frame, fiber, kernel, false)
    fiber.wait = 0
    fiber.state = 'running'
    throw error
  }
  return registers.suspend(frame)
}
