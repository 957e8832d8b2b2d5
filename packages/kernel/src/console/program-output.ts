import { interrupt } from '../cancellation/act.js'
import { OutputOverflowError } from '../errors.js'
import type { Frame } from '../frames/frame.js'
import { registers } from '../frames/registers.js'
import type { Kernel } from '../kernel.js'
import type { ProcessReplica } from '../process/replica.js'
import type { Fiber } from '../threads/fiber.js'
import type { ThreadId } from '../threads/thread.js'
import { nextWait } from '../waits/home.js'
import { waitCode } from '../waits/wait-code.js'
import { consoles } from './protocol.js'

/** A process whose output of more bytes than this, from this kernel, has not been taken is held back … */
const WINDOW_BYTES = 1 << 20
/** … until no more than this is left. What the supervisor takes without telling is far less. */
const RESUME_BYTES = WINDOW_BYTES >> 1
/** All that programs of this kernel may have printed that has not been taken: plain functions can't be held back. */
const LIMIT_BYTES = 48 << 20

/** What one process has under way. */
interface Flow {
  bytes: number
  /** They wait until there is less. */
  readonly held: Set<Fiber>
}

/**
 * What programs on this kernel print, on its way to whoever reads it. A thread that prints faster than that waits at its next safe
 * point. A plain function reaches none: what it prints is kept up to a limit, and then ends the process with an error. Nothing is lost
 * without one.
 */
export class ProgramOutput {
  readonly #kernel: Kernel
  readonly #flows = new Map<ThreadId, Flow>()
  #bytes = 0

  constructor(kernel: Kernel) {
    this.#kernel = kernel
    kernel.messenger.on(consoles.taken, (_from, { pid, bytes }) => {
      this.#taken(pid, bytes)
    })
  }

  /** A program writes to its standard output or error. */
  print(process: ProcessReplica, stream: 'stdout' | 'stderr', output: string | Uint8Array): void {
    if (process.isCutOff) return
    const data = typeof output === 'string' ? Buffer.from(output, 'utf8') : output
    if (this.#bytes + data.length > LIMIT_BYTES) {
      process.isCutOff = true
      this.#kernel.crash(process, new OutputOverflowError(process.pid, LIMIT_BYTES))
      return
    }
    this.#kernel.console.write(process.pid, stream, data)
    this.#flow(process.pid).bytes += data.length
    this.#bytes += data.length
    const { fiber } = registers
    if (!fiber || !this.#isFull(process.pid)) return
    fiber.isHeldBack = true
    registers.fuel = Math.min(registers.fuel, 0) // so that the next safe point is looked at
  }

  /** Has a fiber that was suspended because it printed too fast wait, if that is still so. */
  holdBack(fiber: Fiber): void {
    const { thread } = fiber
    fiber.isHeldBack = false
    if (!this.#isFull(thread.process.pid)) {
      this.#kernel.scheduler.enqueue(fiber)
      return
    }
    const frame = { $f: OUTPUT_WAIT, $p: 0, $c: fiber.top, value: fiber.value } as Frame
    fiber.top = frame
    fiber.value = undefined
    fiber.wait = thread.lastWait = nextWait(thread.lastWait)
    fiber.state = 'blocked'
    OUTPUT_WAIT.register(frame, fiber, this.#kernel, false)
    if (fiber.state === 'blocked') interrupt(fiber) // a wait to write is a cancellation point
  }

  /** A fiber waits here for its process's output to be taken. `false`: it need not. */
  await(fiber: Fiber): boolean {
    const { pid } = fiber.thread.process
    if (!this.#isFull(pid)) return false
    this.#flow(pid).held.add(fiber)
    return true
  }

  /** The fiber waits no longer. */
  withdraw(fiber: Fiber): void {
    this.#flows.get(fiber.thread.process.pid)?.held.delete(fiber)
  }

  /** The process has ended. */
  forget(pid: ThreadId): void {
    this.#bytes -= this.#flows.get(pid)?.bytes ?? 0
    this.#flows.delete(pid)
  }

  #taken(pid: ThreadId, bytes: number): void {
    const flow = this.#flows.get(pid)
    if (!flow) return // its process has ended here
    flow.bytes -= bytes
    this.#bytes -= bytes
    if (flow.bytes > RESUME_BYTES) return
    const held = [...flow.held]
    flow.held.clear()
    for (const fiber of held) this.#kernel.scheduler.wake(fiber, undefined, false)
  }

  #isFull(pid: ThreadId): boolean {
    return (this.#flows.get(pid)?.bytes ?? 0) > WINDOW_BYTES
  }

  #flow(pid: ThreadId): Flow {
    let flow = this.#flows.get(pid)
    if (!flow) this.#flows.set(pid, (flow = { bytes: 0, held: new Set() }))
    return flow
  }
}

/** Until the process's output has been taken; then the stack goes on with `value`, as it was about to. */
export const OUTPUT_WAIT = waitCode('write', {
  slots: ['value'],
  result: (_taken, frame) => frame['value'],
  register: (_frame, fiber, kernel) => {
    if (!kernel.output.await(fiber)) kernel.scheduler.wake(fiber, undefined, false)
  },
  withdraw: (_frame, fiber, kernel) => {
    kernel.output.withdraw(fiber)
  },
  cancel: 'withdraw',
})
