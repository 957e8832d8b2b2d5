import type { KernelId } from '@atoll/messaging'
import {
  assertHandOver,
  block,
  firstFrames,
  homeWaitCode,
  PosixError,
  processes,
  registers,
  schedulingOf,
  type SchedulingParameters,
  type SUSPENDED,
  type ErrorCode,
  type Thread,
  type ThreadId,
} from '@atoll/kernel'
import { moverOf, reportDeparture, sendThread } from './mover.js'
import { captureNewThread } from './thread-image.js'

/** What a new thread may be given. */
export interface ThreadSpecification {
  /** CPUs it may run on. @default those of its creator */
  readonly cpus?: readonly number[] | undefined
  readonly detached: boolean
  readonly name: string
  /** How it is scheduled. @default as its creator */
  readonly scheduling?: SchedulingParameters | undefined
}

interface RegisterSlots {
  readonly pid: ThreadId
  readonly cpus: readonly number[] | null
  readonly detached: boolean
  readonly name: string
  readonly image: Uint8Array
}

/** Asks the origin for a number and a place; then the new thread's first frames go there. */
const REGISTER = homeWaitCode<RegisterSlots>('pthread_create', {
  slots: ['pid', 'cpus', 'detached', 'name', 'image'],
  request: ({ home, pid, cpus, detached, name }, reference, kernel) => {
    kernel.messenger.send(home, processes.register, { ...reference, pid, detached, name, ...(cpus && { cpus }) })
  },
  result: (answer, frame) => {
    const [tid, to] = answer as [ThreadId, KernelId]
    launch(callingThread(), tid, to, frame['image'] as Uint8Array)
    return tid
  },
})

/**
 * Creates a thread that runs `routine(argument)`. Both are copied now, on this kernel as across kernels. Returns its number, or `SUSPENDED`
 * while the origin is asked for one.
 */
export function createThread(
  creator: Thread,
  routine: (argument: never) => unknown,
  argument: unknown,
  specification: ThreadSpecification,
): ThreadId | typeof SUSPENDED {
  assertHandOver(routine)
  const { process, affinity } = creator
  const { kernel, pid, origin } = process
  const cpus = specification.cpus ?? affinity
  const { detached, name, scheduling = schedulingOf(creator) } = specification
  const image = captureNewThread(process, firstFrames(routine, [argument]), cpus, scheduling)
  if (origin !== kernel.id) {
    // Sliced: the frame may travel, and with a view of the encoder's buffer all of the buffer would.
    return block(kernel, {
      $f: REGISTER,
      $p: 0,
      $c: null,
      home: origin,
      pid,
      cpus,
      detached,
      name,
      image: image.slice(),
    })
  }
  const registration = kernel.home.register(pid, { detached, name, cpus: cpus ?? undefined })
  if ('code' in registration)
    throw new PosixError(registration.code as ErrorCode, 'pthread_create', registration.explanation)
  launch(creator, registration.tid, registration.kernel, image)
  return registration.tid
}

/** Sends a new thread where it begins, or begins it here. Throws `ENOTSUP` if it can't be sent: the origin forgets it. */
function launch(creator: Thread, tid: ThreadId, to: KernelId, image: Uint8Array): void {
  const { process } = creator
  const { kernel, pid, origin } = process
  kernel.trace?.created(creator.tid, tid, to)
  const travelling = { pid, tid, epoch: 0, thread: image }
  if (to === kernel.id) {
    // The origin may have taken the creator to be elsewhere: it has moved while it waited for the number.
    moverOf(kernel).receive(process, travelling)
    return
  }
  const refusal = sendThread(kernel, to, travelling)
  if (refusal !== null) {
    if (origin === kernel.id) kernel.home.unregister(pid, tid)
    else kernel.messenger.send(origin, processes.unregister, { pid, tid })
    throw new PosixError('ENOTSUP', 'pthread_create', `the thread can't go to kernel ${to}: ${refusal}`)
  }
  reportDeparture(process, to, travelling) // from here, though the creator may have been elsewhere when it asked
}

function callingThread(): Thread {
  const thread = registers.fiber?.thread
  if (!thread) throw new Error('a thread is launched outside of its creator')
  return thread
}
