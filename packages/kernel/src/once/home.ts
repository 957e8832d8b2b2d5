import type { KernelId } from '@atoll/messaging'
import type { Kernel } from '../kernel.js'
import type { ThreadId } from '../threads/thread.js'
import { Outcome } from '../waits/protocol.js'
import type { WaitRecord, WaitReference } from '../waits/home.js'
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
    kernel.messenger.on(once.enter, (from, message) => {
      this.#enter(from, message, message.pid, message.control)
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

  #enter(from: KernelId, reference: WaitReference, pid: ThreadId, number: number): void {
    const control = this.#control(pid, number)
    const record = this.#kernel.waitHome.open(from, reference, () => {
      control.queue.splice(control.queue.indexOf(record), 1)
    })
    if (control.state === 'running') {
      control.queue.push(record)
      this.#kernel.waitHome.confirm(record)
    } else this.#grant(control, record)
  }

  #grant(control: Control, record: WaitRecord): void {
    const mustRun = control.state === 'fresh'
    if (mustRun) control.state = 'running'
    this.#kernel.waitHome.complete(record, { outcome: Outcome.value, result: this.#kernel.encodePlain([mustRun]) })
  }

  #leave(pid: ThreadId, number: number, done: boolean): void {
    const control = this.#control(pid, number)
    control.state = done ? 'done' : 'fresh'
    for (const record of control.queue.splice(0, done ? Infinity : 1)) this.#grant(control, record)
  }
}
