import {
  fiberOf,
  imageFileName,
  KernelFaultError,
  Unwind,
  type Kernel,
  type Logger,
  type ProcessReplica,
} from '@atoll/kernel'

/** Kernels of one system that run in this isolate. */
export interface IsolateOfKernels {
  readonly logger: Logger
  /** Does nothing else run in this isolate? */
  readonly isTheirOwn: boolean
  /** Those that run now. */
  kernels(): Iterable<Kernel>
}

const systems = new Set<IsolateOfKernels>()

/**
 * Errors of programs may surface outside of their threads: a rejected promise that nobody awaits, a throwing callback of a host
 * API. Each ends the process that it belongs to, by its promise or by its stack, and nothing else. What comes from a program, but
 * from none that can be told (it may have ended), is logged; so is a stray rejection in the kernels' own isolate, because no kernel
 * may die of one. Everything else is left to Node.
 *
 * @returns how to stop.
 */
export function catchHostErrors(system: IsolateOfKernels): () => void {
  if (systems.size === 0) {
    process.on('unhandledRejection', onRejection)
    process.on('uncaughtException', onException)
  }
  systems.add(system)
  return () => {
    if (!systems.delete(system) || systems.size > 0) return
    process.off('unhandledRejection', onRejection)
    process.off('uncaughtException', onException)
  }
}

function onRejection(error: unknown, promise: Promise<unknown>): void {
  if (isSilent(error)) return
  const culprit = fiberOf(promise)?.thread.process ?? culpritByStack(error)
  if (culprit) culprit.kernel.crash(culprit, error)
  else if (isOfProgram(error) || firstSystem().isTheirOwn) log(error)
  else if (process.listenerCount('unhandledRejection') === 1) throw error // as Node would do if nobody listened
}

function onException(error: unknown): void {
  if (error instanceof KernelFaultError) throw error // whatever is in its stack: this kernel can't go on
  if (isSilent(error)) return
  const culprit = culpritByStack(error)
  if (culprit) culprit.kernel.crash(culprit, error)
  else if (isOfProgram(error)) log(error)
  else if (process.listenerCount('uncaughtException') === 1) throw error // as above
}

/** What unwinds a callback whose process is about to exit, or a stack that is cancelled, has done its work. */
const isSilent = (error: unknown): boolean =>
  error instanceof Unwind && (error.reason === 'callback' || error.reason === 'cancellation')

const log = (error: unknown): void => {
  firstSystem().logger.error('an error in no thread, of no process that can be told', { error })
}

function firstSystem(): IsolateOfKernels {
  const [system] = systems
  if (!system) throw new Error('errors are caught for no system')
  return system
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? '') : '')

/** As `imageFileName` names an image's code. */
const IMAGE_FILE = /\batoll:[0-9a-f]{64}\//

const isOfProgram = (error: unknown): boolean => IMAGE_FILE.test(stackOf(error))

/** The only process here whose image's code is in the error's stack. Of several one may not be blamed for another. */
function culpritByStack(error: unknown): ProcessReplica | null {
  const stack = stackOf(error)
  const suspects: ProcessReplica[] = []
  for (const system of systems) suspects.push(...suspectsIn(system, stack))
  return suspects.length === 1 ? (suspects[0] ?? null) : null
}

/** One replica of each process that runs code which the stack names. */
function suspectsIn(system: IsolateOfKernels, stack: string): Iterable<ProcessReplica> {
  const byPid = new Map<number, ProcessReplica>()
  for (const kernel of system.kernels()) {
    for (const replica of kernel.processes.all()) {
      const image = replica.instance?.image
      if (image && stack.includes(imageFileName(image))) byPid.set(replica.pid, replica)
    }
  }
  return byPid.values()
}
