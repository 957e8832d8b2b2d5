import { LinkFullError, MessageTooLargeError, type KernelId } from '@atoll/messaging'
import {
  actOnCancellation,
  block,
  cpuOf,
  kernelOfCpu,
  PosixError,
  type SUSPENDED,
  processes,
  schedulingOf,
  waitCode,
  type Decided,
  type Departure,
  type Fiber,
  type Journey,
  type Kernel,
  type MoveRefusal,
  type ProcessReplica,
  type Thread,
  type ThreadId,
  type ThreadMover,
  type WaitCode,
} from '@atoll/kernel'
import { migration } from './protocol.js'
import { captureThread, restoreThread } from './thread-image.js'

/** Motion that nobody asked for, to show that nobody can tell: `capture` at every safe point, or `hop` to the next kernel. */
export type ForcedMotion = 'capture' | 'hop'

/** An image beyond this size takes the bulk lane. */
const BULK_BYTES = 16 * 1024

/** A thread as it travels. */
export interface TravellingThread {
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
  /** Threads that want to go and whose writes are being shown to others. */
  readonly #releasing = new Map<Thread, { hasRunSince: boolean }>()
  /** The thread whose writes others can see by now: it has not run since. */
  #justReleased: Thread | null = null

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
        reply({ absent: true, epoch: 0 })
        return
      }
      const { epoch } = thread
      this.keepOn(thread, cpus, (refusal) => {
        reply({ absent: false, epoch, ...(refusal && { refusal }) })
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
    this.move(thread, to, cpus, decided)
  }

  /**
   * Takes a thread to kernel `to` as soon as all its stacks are suspended; there it may run on `cpus` (`null`: as before). Of several
   * requests the newest says where, and the newest that names CPUs says which: as if each had been granted before the next was made.
   */
  move(thread: Thread, to: KernelId, cpus: readonly number[] | null, decided: Decided): void {
    if (to === this.#kernel.id) {
      this.stay(thread, cpus)
      decided(null)
      return
    }
    const { departure } = thread
    thread.departure =
      departure === null
        ? { to, cpus, decided: [decided] }
        : { to, cpus: cpus ?? departure.cpus, decided: [...departure.decided, decided] }
    this.#kernel.scheduler.reconsider(thread)
  }

  /** Calls `decided` with what keeps the thread here, once all its stacks are suspended; `null`: nothing. It stays, unless another request takes it away. */
  probe(thread: Thread, decided: Decided): void {
    const { departure } = thread
    thread.departure =
      departure === null
        ? { to: this.#kernel.id, cpus: null, decided: [decided] }
        : { ...departure, decided: [...departure.decided, decided] }
    this.#kernel.scheduler.reconsider(thread)
  }

  /** The thread is where it is wanted, and may run on `cpus` (`null`: as before): earlier requests are overtaken by this one. */
  stay(thread: Thread, cpus: readonly number[] | null): void {
    thread.affinity = cpus ?? thread.departure?.cpus ?? thread.affinity
    decide(thread, null)
  }

  suspended(thread: Thread): void {
    if (this.#kernel.threads.get(thread.tid) !== thread || thread.main.state === 'ended') return // it ended in that slice
    if (thread.departure !== null) this.#tryToGo(thread, thread.departure)
    else if (this.#forced !== null) this.#force(thread, this.#forced)
  }

  /** Gives a thread, all stacks of which are suspended, to kernel `to`, if nothing is against it. Returns whether it went. */
  give(thread: Thread, to: KernelId): boolean {
    if (thread.departure !== null || isUnsettled(thread) || this.#obstacle(thread, to) !== null) return false
    if (thread.process.memory?.isDirty === true || this.#keepsTokens(thread)) return false
    return this.#depart(thread, to) === null
  }

  ended(thread: Thread): void {
    decide(thread, { code: 'ESRCH', explanation: `thread ${thread.tid} has ended` })
  }

  /** One of these CPUs' kernels: this one if possible, else the living one with the lowest number. */
  kernelAmong(cpus: readonly number[]): KernelId | null {
    if (cpus.includes(cpuOf(this.#kernel.id))) return this.#kernel.id
    const cpu = [...cpus].sort((a, b) => a - b).find((each) => this.#kernel.membership.isAlive(kernelOfCpu(each)))
    return cpu === undefined ? null : kernelOfCpu(cpu)
  }

  #tryToGo(thread: Thread, { to, cpus }: Departure): void {
    if (isUnsettled(thread)) return // the scheduler comes back
    if (to !== this.#kernel.id && !this.#isReleased(thread)) return // and so does this
    if (to === this.#kernel.id) decide(thread, immobility(thread))
    else decide(thread, this.#obstacle(thread, to) ?? this.#departKeepingTo(thread, to, cpus))
  }

  /** Does it hold locks that others think are held here? */
  #keepsTokens(thread: Thread): boolean {
    return this.#kernel.synchronization?.keeps(thread) === true
  }

  /** Can others see what the thread has written here, and know what it holds? If not, that is seen to, and the thread is considered again. */
  #isReleased(thread: Thread): boolean {
    const { memory } = thread.process
    const keepsTokens = this.#keepsTokens(thread)
    if (!keepsTokens && (memory?.isDirty !== true || this.#justReleased === thread)) return true
    const { scheduler } = this.#kernel
    const underway = this.#releasing.get(thread)
    if (underway) {
      underway.hasRunSince = true // it was woken, and its slice is over
      return false
    }
    const release = { hasRunSince: false }
    this.#releasing.set(thread, release)
    const withheld = scheduler.withhold(thread)
    const releaseMemory = (done: () => void): void => {
      if (memory?.isDirty === true) memory.release(done)
      else done()
    }
    const releaseAll = (done: () => void): void => {
      if (!keepsTokens) releaseMemory(done)
      else {
        this.#kernel.synchronization?.settle(thread, () => {
          releaseMemory(done)
        })
      }
    }
    releaseAll(() => {
      this.#releasing.delete(thread)
      this.#justReleased = release.hasRunSince ? null : thread
      scheduler.reconsider(thread)
      this.#justReleased = null
      for (const fiber of withheld) if (fiber.state === 'ready') scheduler.enqueue(fiber)
    })
    return false
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

  #depart(thread: Thread, to: KernelId, isForced = false): MoveRefusal | null {
    const { journeys, trace } = this.#kernel
    const startUs = trace?.nowUs() ?? 0
    const image = capture(thread, isForced ? journeys.of(thread.tid) : journeys.extended(thread.tid, to))
    if ('code' in image) return image
    const { process, tid } = thread
    const epoch = thread.epoch + 1
    // Sent before it leaves, in one turn: what can't be sent stays as it is.
    const travelling = { pid: process.pid, tid, epoch, thread: image }
    const refusal = sendThread(this.#kernel, to, travelling)
    if (refusal !== null) return notSupported(thread, refusal)
    trace?.left(thread, { to, epoch, startUs, bytes: image.length })
    this.#leave(thread)
    reportDeparture(process, to, travelling)
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

  /** `travelling` is borrowed from the link. */
  #arrive(travelling: TravellingThread): void {
    const { processes } = this.#kernel
    const replica = processes.get(travelling.pid)
    if (replica) {
      this.receive(replica, travelling)
      return
    }
    const own = { ...travelling, thread: travelling.thread.slice() }
    processes.enter(travelling.pid, (process) => {
      if (process !== null) this.receive(process, own) // else it has ended, and its threads with it
    })
  }

  /** Hosts a thread that has come here, and says so. */
  receive(process: ProcessReplica, { tid, epoch, thread: image }: TravellingThread): void {
    const { trace } = this.#kernel
    const startUs = trace?.nowUs() ?? 0
    const thread = this.#resume(process, tid, epoch, image)
    if (thread) trace?.arrived(thread, startUs)
    reportArrival(process, tid, epoch)
  }

  /** Goes on with a thread that exists only in this image. If that fails, its process ends: it would wait for the thread for ever. */
  #resume(process: ProcessReplica, tid: ThreadId, epoch: number, image: Uint8Array): Thread | null {
    try {
      const thread = restoreThread(process, tid, epoch, image)
      this.admit(thread)
      return thread
    } catch (error) {
      const kernel = this.#kernel
      const explanation = `thread ${tid} could not be made again on kernel ${kernel.id}: ${kernel.explain(error)}`
      kernel.messenger.send(process.origin, processes.crash, { pid: process.pid, explanation })
      return null
    }
  }

  /** Puts a restored thread to work here. */
  admit(thread: Thread): void {
    this.#kernel.processes.host(thread)
    for (const fiber of thread.fibers()) {
      if (fiber.state === 'ready') this.#kernel.scheduler.enqueue(fiber)
      else if (fiber.state === 'blocked' && fiber.top)
        (fiber.top.$f as WaitCode).register(fiber.top, fiber, this.#kernel, true)
    }
    if (thread.extras?.cancellation?.requested === true) actOnCancellation(thread)
  }

  #force(thread: Thread, motion: ForcedMotion): void {
    if (isUnsettled(thread) || holdOf(thread) !== null) return
    const to = motion === 'hop' ? this.#nextKernel(thread) : this.#kernel.id
    if (to !== this.#kernel.id && !this.#isReleased(thread)) return
    // Refusals are nobody's business: what can't move stays, for forced motion is invisible.
    if (to !== this.#kernel.id) {
      this.#depart(thread, to, true)
      return
    }
    const image = capture(thread, this.#kernel.journeys.of(thread.tid))
    if ('code' in image) return
    const { scheduler, threads } = this.#kernel
    const keepsTurn = scheduler.keepsTurn(thread)
    this.#leave(thread)
    this.#resume(thread.process, thread.tid, thread.epoch, image)
    const copy = keepsTurn ? threads.get(thread.tid) : undefined
    if (copy) scheduler.reschedule(copy, schedulingOf(copy), true)
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

/** Tells those who have asked for the thread's departure how that ended. */
function decide(thread: Thread, refusal: MoveRefusal | null): void {
  const { departure } = thread
  thread.departure = null
  if (departure !== null) for (const each of departure.decided) each(refusal)
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

/** Does it wait for what will be over soon: the home's answer to a request, callbacks of promises that have settled, a request that it has escaped too often? */
function isUnsettled(thread: Thread): boolean {
  if (thread.callbacksDue > 0) return true
  const { holds, waiters } = thread.process.kernel
  if (holds.has(thread.tid)) return true
  for (const fiber of thread.fibers()) if (waiters.isUnconfirmed(fiber)) return true
  return false
}

/** Sends an encoded thread to kernel `to`. Returns why it can't be sent, if nothing was; else `null`. */
export function sendThread({ messenger }: Kernel, to: KernelId, thread: TravellingThread): string | null {
  try {
    messenger.send(to, isBulk(thread) ? migration.arriveBulk : migration.arrive, thread)
    return null
  } catch (error) {
    if (error instanceof LinkFullError) return error.message
    if (!(error instanceof MessageTooLargeError)) throw error
    const { byteLength, maxMessageBytes } = error
    return (
      `it takes ${byteLength} bytes, more than the ${maxMessageBytes} that a link to kernel ${to} carries at once. ` +
      'Remedy: let go of large values first, or keep them in a file or in shared memory'
    )
  }
}

const isBulk = ({ thread }: TravellingThread): boolean => thread.length > BULK_BYTES

/**
 * Tells the origin that a thread is on its way to kernel `to`. If that is the origin itself, the arrival tells it all, unless that takes the other lane:
 * what comes to the origin after this must find the departure known.
 */
export function reportDeparture(process: ProcessReplica, to: KernelId, thread: TravellingThread): void {
  const { kernel, origin, pid } = process
  const { tid, epoch } = thread
  if (origin === kernel.id) kernel.home.departed(pid, tid, epoch, to)
  else if (origin !== to || isBulk(thread)) kernel.messenger.send(origin, processes.departed, { pid, tid, epoch, to })
}

function reportArrival({ kernel, origin, pid }: ProcessReplica, tid: ThreadId, epoch: number): void {
  if (origin === kernel.id) kernel.home.arrived(pid, tid, epoch, kernel.id)
  else kernel.messenger.send(origin, processes.arrived, { pid, tid, epoch })
}

/** Encodes a thread, or says why that can't be: a value that can't move, a `serialize` method that throws. */
function capture(thread: Thread, journey?: Journey): Uint8Array | MoveRefusal {
  try {
    return captureThread(thread, journey)
  } catch (error) {
    return notSupported(thread, error instanceof Error ? error.message : thread.process.kernel.explain(error))
  }
}

/** What keeps a thread from going anywhere; `null`: nothing. */
function immobility(thread: Thread): MoveRefusal | null {
  const hold = holdOf(thread)
  if (hold !== null) return notSupported(thread, hold)
  const image = capture(thread)
  return 'code' in image ? image : null
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
    if (arrived) {
      // Perhaps not where it wanted to go: then a newer request took it elsewhere.
      if (cpus) reportAffinity(fiber.thread)
      kernel.scheduler.wake(fiber, undefined, false)
      return
    }
    moverOf(kernel).move(fiber.thread, to, cpus, (refusal) => {
      if (fiber.state !== 'blocked') return // granted: this fiber is gone, its copy wakes where it arrives
      const error = refusal && refusalError(refusal, frame['syscall'] as string)
      kernel.scheduler.wake(fiber, error ?? undefined, error !== null)
    })
  },
  withdraw: () => undefined,
})

/** The wait of a thread that has asked what keeps it here. */
const PROBING = waitCode('pinned', {
  slots: [],
  register: (_frame, fiber, kernel, arrived) => {
    const answer = (reason: string | null): void => {
      kernel.scheduler.wake(fiber, reason, false)
    }
    if (arrived) answer(null)
    else {
      moverOf(kernel).probe(fiber.thread, (refusal) => {
        if (fiber.state === 'blocked') answer(refusal && refusal.explanation) // else it has gone on as a copy
      })
    }
  },
  withdraw: () => undefined,
})

/** Blocks until it is known what keeps the calling thread on its kernel: its result, in words, or `null`. */
export function probeThread({ process }: Thread): typeof SUSPENDED {
  return block(process.kernel, { $f: PROBING, $p: 0, $c: null })
}

/** Takes the calling thread to kernel `to`, as its call `syscall` asks. Returns at once if it is there. */
export function migrateThread({ process }: Thread, to: KernelId, syscall: string): undefined | typeof SUSPENDED {
  return to === process.kernel.id
    ? undefined
    : block(process.kernel, { $f: MOVING, $p: 0, $c: null, to, cpus: null, syscall })
}

/** Restricts the calling thread to these CPUs, and takes it to one of them. Throws `EINVAL` if none is online. */
export function keepHere(thread: Thread, cpus: readonly number[], syscall: string): undefined | typeof SUSPENDED {
  const { kernel } = thread.process
  const to = moverOf(kernel).kernelAmong(cpus)
  if (to === null) throw new PosixError('EINVAL', syscall, noneOnline(cpus))
  if (to !== kernel.id) return block(kernel, { $f: MOVING, $p: 0, $c: null, to, cpus, syscall })
  moverOf(kernel).stay(thread, cpus)
  reportAffinity(thread)
  return undefined
}

function reportAffinity({ process, tid, epoch, affinity }: Thread): void {
  const { kernel, origin, pid } = process
  kernel.messenger.send(origin, processes.keeps, { pid, tid, epoch, cpus: affinity ?? [] })
}
