import { closureRecord } from '../frames/stamp.js'
import type { Thread } from '../threads/thread.js'

/** What a program's timers need of its kernel. */
export interface CallbackHost {
  /** The thread that runs now, if any. */
  currentThread(): Thread | null
  /** Runs a host callback of this process. What it throws ends the process. */
  runCallback(callback: () => void): void
  /** Calls back after `delayMs`; returns how to cancel. */
  after(delayMs: number, callback: () => void): () => void
}

type Callback = (...args: unknown[]) => void

/** What `setTimeout` returns to programs: a number when compared or printed, as in browsers, and with Node's methods. */
class ProgramTimer {
  readonly #number: number
  cancel: () => void = () => undefined
  constructor(number: number) {
    this.#number = number
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  hasRef(): boolean {
    return true
  }
  close(): this {
    this.cancel()
    return this
  }
  [Symbol.toPrimitive](): number {
    return this.#number
  }
  [Symbol.dispose](): void {
    this.cancel()
  }
}

/**
 * `setTimeout` and its family for one process on one kernel, on the kernel's clock. While a callback that shares variables with its
 * thread is pending, the thread stays: a copy of the thread elsewhere would never see what the callback does.
 */
export function programTimers(
  host: CallbackHost,
): Record<
  'setTimeout' | 'clearTimeout' | 'setInterval' | 'clearInterval' | 'setImmediate' | 'clearImmediate',
  unknown
> {
  let count = 0
  const pending = new Map<number, ProgramTimer>()

  const start = (delayMs: number, repeat: boolean, callback: Callback, args: unknown[]): ProgramTimer => {
    const number = ++count
    const timer = new ProgramTimer(number)
    const thread = closureRecord(callback) ? host.currentThread() : null
    if (thread) thread.callbacks++
    const finish = (): void => {
      if (pending.delete(number) && thread) thread.callbacks--
    }
    const arm = (): void => {
      const cancel = host.after(Number.isFinite(delayMs) ? delayMs : 1, () => {
        if (repeat) arm()
        else finish()
        host.runCallback(() => {
          callback(...args)
        })
      })
      timer.cancel = () => {
        cancel()
        finish()
      }
    }
    pending.set(number, timer)
    arm()
    return timer
  }
  const clear = (timer: unknown): void => {
    if (timer instanceof ProgramTimer) timer.cancel()
    else if (typeof timer === 'number' || typeof timer === 'string') pending.get(Number(timer))?.cancel()
  }
  return {
    setTimeout: (callback: Callback, delayMs = 1, ...args: unknown[]) =>
      start(Math.max(1, delayMs), false, callback, args),
    setInterval: (callback: Callback, delayMs = 1, ...args: unknown[]) =>
      start(Math.max(1, delayMs), true, callback, args),
    setImmediate: (callback: Callback, ...args: unknown[]) => start(0, false, callback, args),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  }
}
