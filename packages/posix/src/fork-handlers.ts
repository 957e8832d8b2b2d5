import { block, callingThread, homeWaitCode, PosixError, processes, systemCall } from '@atoll/kernel'
import { encodeRoutine } from './hand-over.js'

/** What `pthread_atfork` takes: a function, or `null` for nothing to do. */
export type ForkHandler = (() => unknown) | null

interface ForkHandlerSlots {
  readonly pid: number
  readonly prepare: Uint8Array | null
  readonly parent: Uint8Array | null
  readonly child: Uint8Array | null
}

/**
 * Has handlers called around `fork`, in the thread that forks: `prepare` before it, last registered first called; `parent` after it in the parent, and
 * `child` in the child, first registered first called. They are copied now, with the variables that they captured, and kept by the process.
 * Source: POSIX.1-2017, `pthread_atfork`. There is no `fork` yet: until then they are kept and checked, no more.
 *
 * @throws PosixError `EINVAL`: one is neither a function nor `null`, or assigns a captured variable; `ENOTSUP`: it captured something that can't be
 * copied.
 */
export const pthread_atfork = systemCall<
  (prepare: ForkHandler, parent: ForkHandler, child: ForkHandler) => Promise<void>
>('pthread_atfork', (prepare: ForkHandler, parent: ForkHandler, child: ForkHandler) => {
  const { kernel, origin, pid } = callingThread('pthread_atfork').process
  return block(kernel, {
    $f: AT_FORK,
    $p: 0,
    $c: null,
    home: origin,
    pid,
    prepare: encoded('prepare', prepare),
    parent: encoded('parent', parent),
    child: encoded('child', child),
  })
})

function encoded(name: string, handler: ForkHandler): Uint8Array | null {
  if (handler === null) return null
  if (typeof handler === 'function') return encodeRoutine('pthread_atfork', handler).slice()
  throw new PosixError('EINVAL', 'pthread_atfork', `the handler '${name}' is ${typeof handler}, not a function or null`)
}

const AT_FORK = homeWaitCode<ForkHandlerSlots>('pthread_atfork', {
  slots: ['pid', 'prepare', 'parent', 'child'],
  request: ({ home, pid, prepare, parent, child }, reference, { messenger }) => {
    const handlers = { ...(prepare && { prepare }), ...(parent && { parent }), ...(child && { child }) }
    messenger.send(home, processes.atFork, { ...reference, pid, ...handlers })
  },
})
