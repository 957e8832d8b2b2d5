import { frameLines, isHostWait, type Fiber, type Kernel, type Thread } from '@atoll/kernel'

/** What keeps a simulated system from going on. */
export interface Standstill {
  /** One line per blocked thread: its numbers, its kernel, the call it is blocked in, and where in the program that is. */
  readonly threads: readonly string[]
  /** Does a thread wait for something outside of the simulation, a file or a socket? */
  readonly isHostAwaited: boolean
}

/** Looks at all threads of a system in which nothing runs. */
export function standstill(kernels: Iterable<Kernel>): Standstill {
  const threads: string[] = []
  let isHostAwaited = false
  for (const kernel of kernels) {
    for (const thread of kernel.threads.values()) {
      threads.push(describe(thread))
      for (const fiber of thread.fibers()) isHostAwaited ||= isHostWait(fiber)
    }
  }
  return { threads, isHostAwaited }
}

function describe(thread: Thread): string {
  const { tid, process, main } = thread
  return `thread ${tid} of process ${process.pid} on kernel ${process.kernel.id}: ${state(main)}${place(main)}`
}

const state = ({ state, top }: Fiber): string =>
  state === 'blocked' ? `blocked in ${top?.$f.name ?? 'a call'}` : state

/** The innermost place in the program's own sources. */
const place = ({ top }: Fiber): string => frameLines(top)[0]?.replace(/^\s+/, ' ') ?? ''
