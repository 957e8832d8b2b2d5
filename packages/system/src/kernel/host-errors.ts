import { fiberOf, imageFileName, type Kernel, type ProcessReplica } from '@atoll/kernel'

/**
 * Errors of programs may surface outside of their threads: a rejected promise that nobody awaits, a throwing callback of a host
 * API. Each ends the process that it belongs to, by its promise or by its stack, and nothing else. What belongs to no process is
 * left to Node; in an isolate that is all `ours`, a stray rejection is logged, because no kernel may die of one.
 *
 * @returns how to stop.
 */
export function catchHostErrors(kernels: () => Iterable<Kernel>, ours: Kernel | null = null): () => void {
  const onRejection = (error: unknown, promise: Promise<unknown>): void => {
    const culprit = fiberOf(promise)?.thread.process ?? culpritByStack(kernels(), error)
    if (culprit) culprit.kernel.crash(culprit, error)
    else if (ours) ours.logger.error('a promise was rejected that no process of this kernel has made', { error })
    else if (process.listenerCount('unhandledRejection') === 1) throw error // as if nobody listened
  }
  const onException = (error: Error): void => {
    const culprit = culpritByStack(kernels(), error)
    if (culprit) culprit.kernel.crash(culprit, error)
    else if (process.listenerCount('uncaughtException') === 1) throw error
  }
  process.on('unhandledRejection', onRejection)
  process.on('uncaughtException', onException)
  return () => {
    process.off('unhandledRejection', onRejection)
    process.off('uncaughtException', onException)
  }
}

/** The only process here whose image's code is in the error's stack. Of several one may not be blamed for another. */
function culpritByStack(kernels: Iterable<Kernel>, error: unknown): ProcessReplica | null {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const suspects: ProcessReplica[] = []
  for (const kernel of kernels) {
    for (const replica of kernel.processes.all()) {
      const image = replica.instance?.image
      if (image && stack.includes(imageFileName(image))) suspects.push(replica)
    }
  }
  return suspects.length === 1 ? (suspects[0] ?? null) : null
}
