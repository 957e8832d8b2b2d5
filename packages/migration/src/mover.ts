import type { KernelId } from '@atoll/messaging'
import {
  block,
  cpuOf,
  kernelOfCpu,
  NotMovableError,
  PosixError,
  SUSPENDED,
  processes,
  waitCode,
  type Fiber,
  type Kernel,
  type Thread,
  type ThreadId,
  type ThreadMover,
  type WaitCode,
} from '@atoll/kernel'
import { migration } from './protocol.js'
import { captureThread, restoreThread } from './thread-image.js'

/** Why a thread can't go, as the application API reports it. */
export interface MoveRefusal {
  readonly code: 'ENOTSUP' | 'EINVAL' | 'ESRCH'
  readonly explanation: string
}

/** Called once, when the thread has left, or can't. */
type Decided = (refusal: MoveRefusal | null) => void

/** Motion that nobody asked for, to show that nobody can tell: `capture` at every safe point, or `hop` to the next kernel. */
export type ForcedMotion = 'capture' | 'hop'

/** An image beyond this size takes the bulk lane. */
const BULK_BYTES = 16 * 1024

/** A thread as it travels. */
interface TravellingThread {
  readonly pid: ThreadId
  readonly tid: ThreadId
  readonly epoch: number
  /** Encoded, see `thread-image.ts`. */
  readonly thread: Uint8Array
}

/** Takes threads from kernel to kernel. */
export class Mover implements ThreadMover {
  readonly #kernel: Kernel
  readonly #forced: ForcedMotion | null
  readonly #undecided = new Map<Thread, Decided[]>()

  constructor(kernel: Kernel, forced: ForcedMotion | null) {
    this.#kernel = kernel
    this.#forced = forced
    kernel.mover = this
    kernel.scheduler.forced = forced !== null
    const { messenger } = kernel
    messenger.on(migration.arrive, (_from, message) => {
      this.#arrive(message)
    })
    messenger.on(migration.arriveBulk, (_from, message) => {
      this.#arrive(message)
    })
    messenger.serve(processes.relocate, (_from, { tid, cpus }, reply) => {
      const thread = kernel.threads.get(tid)
      if (!thread) {
        reply({ absent: true })
        return
      }
      this.keepOn(thread, cpus, (refusal) => {
        reply({ absent: false, ...(refusal && { refusal }) })
      })
    })
  }

  /** Restricts a thread to these CPUs, and takes it to one of them if it is not on one. */
  keepOn(thread: Thread, cpus: readonly number[], decided: Decided): void {
    const to = this.kernelAmong(cpus)
    if (to === null) {
      decided({ code: 'EINVAL', explanation: noneOnline(cpus) })
      return
    }
    if (to === this.#kernel.id) thread.affinity = cpus
    this.move(thread, to, cpus, decided)
  }

  /** Takes a thread to kernel `to` as soon as all its stacks are suspended; there it may run on `cpus` (`null`: as before). */
  move(thread: Thread, to: KernelId, cpus: readonly number[] | null, decided: Decided): void {
    if (to === this.#kernel.id) {
      decided(null)
      return
    }
    thread.destination = to
    thread.affinityThere = cpus
    const waiting = this.#undecided.get(thread)
    if (waiting) waiting.push(decided)
    else this.#undecided.set(thread, [decided])
    this.#kernel.scheduler.reconsider(thread)
  }

  suspended(thread: Thread): void {
    if (this.#kernel.threads.get(thread.tid) !== thread) return // it ended in that slice
    if (thread.destination !== null) this.#tryToGo(thread, thread.destination)
    else if (this.#forced !== null) this.#force(thread, this.#forced)
  }

  ended(thread: Thread): void {
    this.#decide(thread, { code: 'ESRCH', explanation: `thread ${thread.tid} has ended` })
  }

  /** One of these CPUs' kernels: this one if possible, else the living one with the lowest number. */
  kernelAmong(cpus: readonly number[]): KernelId | null {
    if (cpus.includes(cpuOf(this.#kernel.id))) return this.#kernel.id
    const cpu = [...cpus].sort((a, b) => a - b).find((each) => this.#kernel.membership.isAlive(kernelOfCpu(each)))
    return cpu === undefined ? null : kernelOfCpu(cpu)
  }

  #tryToGo(thread: Thread, to: KernelId): void {
    if (isUnsettled(thread)) return // the scheduler comes back
    this.#decide(thread, this.#obstacle(thread, to) ?? this.#departKeepingTo(thread, to, thread.affinityThere))
  }

  #obstacle(thread: Thread, to: KernelId): MoveRefusal | null {
    if (!this.#kernel.membership.isAlive(to)) {
      return { code: 'EINVAL', explanation: `kernel ${to} is not a living member of this system` }
    }
    const hold = holdOf(thread)
    return hold === null ? null : notSupported(thread, hold)
  }

  /** What is refused has changed nothing. */
  #departKeepingTo(thread: Thread, to: KernelId, cpus: readonly number[] | null): MoveRefusal | null {
    const before = thread.affinity
    thread.affinity = cpus ?? before
    const refusal = this.#depart(thread, to)
    if (refusal) thread.affinity = before
    return refusal
  }

  #decide(thread: Thread, refusal: MoveRefusal | null): void {
    thread.destination = null
    const decided = this.#undecided.get(thread) ?? []
    this.#undecided.delete(thread)
    for (const each of decided) each(refusal)
  }

  #depart(thread: Thread, to: KernelId): MoveRefusal | null {
    let image: Uint8Array
    try {
      image = captureThread(thread)
    } catch (error) {
      if (error instanceof NotMovableError) return notSupported(thread, error.message)
      throw error
    }
    const { messenger, home, id } = this.#kernel
    const { pid, origin } = thread.process
    const { tid } = thread
    const epoch = thread.epoch + 1
    this.#leave(thread)
    sendThread(this.#kernel, to, { pid, tid, epoch, thread: image })
    if (origin === id) home.departed(pid, tid, epoch, to)
    else messenger.send(origin, processes.departed, { pid, tid, epoch, to })
    return null
  }

  /** Takes the thread's stacks off this kernel; what they wait for elsewhere goes on. */
  #leave(thread: Thread): void {
    this.#kernel.processes.release(thread)
    for (const fiber of thread.fibers()) {
      if (fiber.state === 'blocked') withdraw(fiber, this.#kernel)
      fiber.state = 'gone'
    }
  }

  #arrive({ pid, tid, epoch, thread: image }: TravellingThread): void {
    const kernel = this.#kernel
    kernel.processes.enter(pid, (process) => {
      if (process === null) return // it has ended, and its threads with it
      this.admit(restoreThread(process, tid, epoch, image))
      if (process.origin === kernel.id) kernel.home.arrived(pid, tid, epoch, kernel.id)
      else kernel.messenger.send(process.origin, processes.arrived, { pid, tid, epoch })
    })
  }

  /** Puts a restored thread to work here. */
  admit(thread: Thread): void {
    this.#kernel.processes.host(thread)
    for (const fiber of [...thread.fibers()]) {
      if (fiber.state === 'ready') this.#kernel.scheduler.enqueue(fiber)
      else if (fiber.state === 'blocked' && fiber.top)
        (fiber.top.$f as WaitCode).register(fiber.top, fiber, this.#kernel, true)
    }
  }

  #force(thread: Thread, motion: ForcedMotion): void {
    if (isUnsettled(thread) || holdOf(thread) !== null) return
    const to = motion === 'hop' ? this.#nextKernel(thread) : this.#kernel.id
    try {
      if (to !== this.#kernel.id) {
        this.#depart(thread, to)
        return
      }
      const image = captureThread(thread)
      this.#leave(thread)
      this.admit(restoreThread(thread.process, thread.tid, thread.epoch, image))
    } catch (error) {
      if (!(error instanceof NotMovableError)) throw error // what can't move stays: forced motion is invisible
    }
  }

  /** The next living kernel, in a circle, that the thread may run on. */
  #nextKernel({ affinity }: Thread): KernelId {
    const all = this.#kernel.membership
      .alive()
      .map(({ id }) => id)
      .filter((id) => affinity === null || affinity.includes(cpuOf(id)))
    return all.find((id) => id > this.#kernel.id) ?? all[0] ?? this.#kernel.id
  }
}

const withdraw = (fiber: Fiber, kernel: Kernel): void => {
  if (fiber.top) (fiber.top.$f as WaitCode).withdraw(fiber.top, fiber, kernel, false)
}

/** What keeps the thread on its kernel; `null`: nothing. */
export function holdOf(thread: Thread): string | null {
  if (thread.pins > 0) return 'it is pinned'
  if (thread.callbacks > 0) return 'a callback that the host has still to make, of a timer or of then, expects it there'
  for (const fiber of thread.fibers()) {
    if (fiber.state !== 'blocked' || !fiber.top) continue
    const reason = (fiber.top.$f as WaitCode).holds(fiber.top, fiber)
    if (reason !== null) return reason
  }
  return null
}

/** Does it wait for what will be over soon: the home's answer to a request, callbacks of promises that have settled? */
function isUnsettled(thread: Thread): boolean {
  if (thread.callbacksDue > 0) return true
  const { waiters } = thread.process.kernel
  for (const fiber of thread.fibers()) if (waiters.isUnconfirmed(fiber)) return true
  return false
}

/** Sends an encoded thread to kernel `to`. */
export function sendThread({ messenger }: Kernel, to: KernelId, thread: TravellingThread): void {
  messenger.send(to, thread.thread.length > BULK_BYTES ? migration.arriveBulk : migration.arrive, thread)
}

/** The migration service of a kernel. */
export function moverOf(kernel: Kernel): Mover {
  if (kernel.mover instanceof Mover) return kernel.mover
  throw new Error(`kernel ${kernel.id} was booted without its migration service`)
}

const noneOnline = (cpus: readonly number[]): string => `no CPU of the affinity set {${cpus.join(', ')}} is online`

const refusalError = ({ code, explanation }: MoveRefusal, syscall: string): PosixError =>
  new PosixError(code, syscall, explanation)

const notSupported = ({ tid }: Thread, reason: string): MoveRefusal => ({
  code: 'ENOTSUP',
  explanation: `thread ${tid} can't move: ${reason}`,
})

/** The wait of a thread that has asked to be moved: lasts until it is where it wants to be. */
export const MOVING: WaitCode = waitCode('migrate', {
  slots: ['to', 'cpus', 'syscall'],
  register: (frame, fiber, kernel, arrived) => {
    const to = frame['to'] as KernelId
    const cpus = frame['cpus'] as readonly number[] | null
    if (arrived && to === kernel.id) {
      if (cpus) reportAffinity(fiber.thread, cpus)
      kernel.scheduler.wake(fiber, undefined, false)
      return
    }
    moverOf(kernel).move(fiber.thread, to, cpus, (refusal) => {
      // Granted: this fiber is gone, its copy wakes where it arrives.
      if (refusal && fiber.state === 'blocked') {
        kernel.scheduler.wake(fiber, refusalError(refusal, frame['syscall'] as string), true)
      }
    })
  },
  withdraw: () => undefined,
})

/** Takes the calling thread to kernel `to`, as its call `syscall` asks. Returns at once if it is there. */
export function migrateThread({ process }: Thread, to: KernelId, syscall: string): undefined | typeof SUSPENDED {
  return to === process.kernel.id ? undefined : block(process.kernel, MOVING, { to, cpus: null, syscall })
}

/** Restricts the calling thread to these CPUs, and takes it to one of them. Throws `EINVAL` if none is online. */
export function keepHere(thread: Thread, cpus: readonly number[], syscall: string): undefined | typeof SUSPENDED {
  const { kernel } = thread.process
  const to = moverOf(kernel).kernelAmong(cpus)
  if (to === null) throw new PosixError('EINVAL', syscall, noneOnline(cpus))
  if (to !== kernel.id) return block(kernel, MOVING, { to, cpus, syscall })
  thread.affinity = cpus
  reportAffinity(thread, cpus)
  return undefined
}

function reportAffinity({ process, tid }: Thread, cpus: readonly number[]): void {
  const { kernel, origin, pid } = process
  kernel.messenger.send(origin, processes.keeps, { pid, tid, cpus })
}
