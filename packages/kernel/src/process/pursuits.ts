import type { KernelId } from '@atoll/messaging'
import type { Kernel } from '../kernel.js'
import type { ThreadId } from '../threads/thread.js'
import type { OriginProcess } from './origin-process.js'
import { processes } from './protocol.js'
import type { ThreadEntry } from './thread-entry.js'

/** So often a request may find that its thread has just left; then the thread is held. */
const MOST_MISSES = 8

/** A request to a thread, wherever that is. */
export interface Pursuit {
  /** Takes the request to kernel `kernel`, where the thread was last; if it has left, `missed` is to be called. */
  readonly ask: (kernel: KernelId, missed: () => void) => void
  /** There is no such thread (any more). */
  readonly gone: () => void
}

/**
 * Takes requests to threads that move, at the origin, which knows where they are. One in motion is waited for. If it has left when the request
 * comes, its departure has been reported before (the same link, the same lane), and the request goes after it. A thread that moves all the time
 * could escape for ever: after some misses the kernels of its process are asked to let it go nowhere until the request has passed.
 */
export class Pursuits {
  readonly #kernel: Kernel
  readonly #processes: ReadonlyMap<ThreadId, OriginProcess>

  constructor(kernel: Kernel, table: ReadonlyMap<ThreadId, OriginProcess>) {
    this.#kernel = kernel
    this.#processes = table
  }

  /** Takes a request to a thread of this process. */
  pursue(pid: ThreadId, tid: ThreadId, pursuit: Pursuit, misses = 0): void {
    const entry = this.#living(pid, tid)
    const goOn = (seen: number) => (): void => {
      this.pursue(pid, tid, pursuit, seen)
    }
    if (entry === null) pursuit.gone()
    else if (entry.motion) entry.motion.onArrival.push(goOn(misses))
    else if (misses === MOST_MISSES) this.#hold(pid, tid, pursuit)
    else pursuit.ask(entry.kernel, goOn(misses + 1))
  }

  /** Has the kernels that may host the thread keep it, if it is there or when it comes. */
  #hold(pid: ThreadId, tid: ThreadId, pursuit: Pursuit): void {
    const kernels = [...(this.#processes.get(pid)?.sharers ?? [])]
    let awaited = kernels.length
    const answered = (): void => {
      if (--awaited === 0) this.#pursueHeld(pid, tid, pursuit, kernels)
    }
    for (const kernel of kernels) this.#kernel.messenger.request(kernel, processes.hold, { pid, tid }, answered)
  }

  /** What the thread did before it was held has been reported. It may be on its way still, and to a kernel that is new to its process: then it is missed again. */
  #pursueHeld(pid: ThreadId, tid: ThreadId, pursuit: Pursuit, kernels: readonly KernelId[]): void {
    const entry = this.#living(pid, tid)
    if (entry?.motion) {
      entry.motion.onArrival.push(() => {
        this.#pursueHeld(pid, tid, pursuit, kernels)
      })
      return
    }
    this.pursue(pid, tid, pursuit)
    // Behind the request, which may be that the thread is to go somewhere.
    for (const kernel of kernels) this.#kernel.messenger.send(kernel, processes.release, { pid, tid })
  }

  #living(pid: ThreadId, tid: ThreadId): ThreadEntry | null {
    const process = this.#processes.get(pid)
    const entry = process?.threads.get(tid)
    return !process || process.ending || !entry || entry.outcome ? null : entry
  }
}
