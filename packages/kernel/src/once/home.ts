import type { KernelId } from '@atoll/messaging'
import type { Kernel } from '../kernel.js'
import type { ThreadId } from '../threads/thread.js'
import { Outcome } from '../waits/protocol.js'
import { refusal, type WaitOutcome, type WaitRecord, type WaitRequest } from '../waits/home.js'
import { isMade } from './controls.js'
import { once } from './protocol.js'

/** A once control at its home: nobody has run its routine, somebody does, somebody has. */
interface Control {
  state: 'fresh' | 'running' | 'done'
  readonly queue: WaitRecord[]
}

/** The home's side of `pthread_once`: who runs the routine, and who waits for it. */
export class OnceHome {
  readonly #kernel: Kernel
  /** By process: controls that have been used. */
  readonly #controls = new Map<ThreadId, Map<number, Control>>()

  constructor(kernel: Kernel) {
    this.#kernel = kernel
    kernel.waitHome.serve(once.enter, (from, message) => {
      this.#enter(from, message, message.control)
    })
    kernel.messenger.on(once.leave, (_from, { pid, control, done }) => {
      this.#leave(pid, control, done)
    })
  }

  /** The process has ended. */
  forget(pid: ThreadId): void {
    this.#controls.delete(pid)
  }

  #control(pid: ThreadId, number: number): Control {
    let ofProcess = this.#controls.get(pid)
    if (!ofProcess) this.#controls.set(pid, (ofProcess = new Map<number, Control>()))
    let control = ofProcess.get(number)
    if (!control) ofProcess.set(number, (control = { state: 'fresh', queue: [] }))
    return control
  }

  #enter(from: KernelId, request: WaitRequest, number: number): void {
    const { waitHome, processes } = this.#kernel
    const process = processes.get(request.pid)
    if (!process || !isMade(number, process.onceControls)) {
      const explanation = `'${number}' is not a control: no pthread_once_init of this process has made it`
      waitHome.answer(from, request, refusal('EINVAL', explanation))
      return
    }
    const control = this.#control(request.pid, number)
    if (control.state !== 'running') {
      waitHome.answer(from, request, this.#grant(control))
      return
    }
    const record = waitHome.open(from, request, () => {
      control.queue.splice(control.queue.indexOf(record), 1)
    })
    control.queue.push(record)
    waitHome.confirm(record)
  }

  /** What the next caller must do: run the routine, or return. */
  #grant(control: Control): WaitOutcome {
    const mustRun = control.state === 'fresh'
    if (mustRun) control.state = 'running'
    return { outcome: Outcome.value, result: this.#kernel.encodePlain([mustRun]) }
  }

  #leave(pid: ThreadId, number: number, done: boolean): void {
    const control = this.#controls.get(pid)?.get(number)
    if (!control) return // its process has ended
    control.state = done ? 'done' : 'fresh'
    for (const record of control.queue.splice(0, done ? Infinity : 1)) {
      this.#kernel.waitHome.complete(record, this.#grant(control))
    }
  }
}
