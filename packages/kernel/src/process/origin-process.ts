import type { KernelId } from '@atoll/messaging'
import type { ProgramImage } from '../frames/image.js'
import type { Placement } from '../placement.js'
import { ThreadMap } from '../threads/thread-map.js'
import type { ThreadId } from '../threads/thread.js'
import { DETACHED, type ThreadEntry } from './thread-entry.js'

/** How a process ended. */
export interface ProcessEnd {
  readonly status: number
  /** 0 unless it was killed. */
  readonly signal: number
  /** For people; `''` when there is nothing to say. */
  readonly reason: string
}

/** Encoded closures to be called around a fork; absent: nothing is to be done. */
export interface ForkHandlers {
  readonly prepare?: Uint8Array | undefined
  readonly parent?: Uint8Array | undefined
  readonly child?: Uint8Array | undefined
}

/** What a process is started with. */
export interface ProcessStart {
  readonly pid: ThreadId
  readonly image: ProgramImage
  readonly argv: readonly string[]
  readonly env: readonly string[]
  /** Where its threads go. */
  readonly placement: Placement
}

/** What a new thread is given. */
export interface NewThread extends Pick<ThreadEntry, 'tid' | 'kernel' | 'cpus'> {
  readonly name: string
  readonly detached: boolean
}

/** What the origin knows of one of its processes: the table of its threads, and where they are. */
export class OriginProcess {
  readonly pid: ThreadId
  readonly image: ProgramImage
  readonly argv: readonly string[]
  readonly env: readonly string[]
  readonly placement: Placement
  /** Threads that live, or have ended and can be joined. */
  readonly threads = new ThreadMap<ThreadEntry>()
  /** Names of those that have one. */
  readonly names = new Map<ThreadId, string>()
  /** How many living threads there are. */
  living = 0
  /** Its nice value, −20 … 19. */
  nice = 0
  /** Kernels that have entered: they may host threads of it. */
  readonly sharers: Set<KernelId>
  /** Encoded closures, to be run last in, first out. */
  readonly exitHandlers: Uint8Array[] = []
  /** What `pthread_atfork` was given, in the order of registration. */
  readonly forkHandlers: ForkHandlers[] = []
  /** The thread that runs the exit handlers, once one does. */
  exiting: ThreadId | null = null
  /** How it ends, once it does. */
  ending: ProcessEnd | null = null
  /** How often threads had moved when their CPUs were set, if they had: what is told of that may overtake. */
  readonly #cpusEpochs = new Map<ThreadId, number>()
  /** How many living threads each kernel hosts or expects. */
  readonly #load = new Map<KernelId, number>()

  constructor({ pid, image, argv, env, placement }: ProcessStart, origin: KernelId) {
    this.pid = pid
    this.image = image
    this.argv = argv
    this.env = env
    this.placement = placement
    this.sharers = new Set([origin])
  }

  /** How many living threads this kernel hosts or expects. */
  load(kernel: KernelId): number {
    return this.#load.get(kernel) ?? 0
  }

  /** Enters a new thread, made on kernel `creator`. */
  enter({ tid, name, kernel, cpus, detached }: NewThread, creator: KernelId, hasArrived: boolean): void {
    this.#count(kernel, 1)
    this.living++
    const motion = hasArrived ? null : { from: kernel, sender: creator, onArrival: [] }
    const joiner = detached ? DETACHED : null
    this.threads.set({ tid, kernel, epoch: 0, motion, cpus, outcome: null, joiner })
    if (name !== '') this.names.set(tid, name)
  }

  /** The thread is on its way from `sender`, to arrive after `epoch` moves. Returns whether that is news. */
  depart(entry: ThreadEntry, epoch: number, to: KernelId, sender: KernelId): boolean {
    if (epoch < entry.epoch || (epoch === entry.epoch && entry.motion === null)) return false
    const { motion, kernel } = entry
    entry.motion = { from: motion?.from ?? kernel, sender, onArrival: motion?.onArrival ?? [] }
    this.#relocate(entry, epoch, to)
    return true
  }

  /** The thread has arrived, after `epoch` moves. Returns where it came from; `null` if that is no news. */
  arrive(entry: ThreadEntry, epoch: number, at: KernelId): KernelId | null {
    if (epoch < entry.epoch || (epoch === entry.epoch && entry.motion === null)) return null
    const from = entry.motion?.from ?? entry.kernel
    this.#relocate(entry, epoch, at)
    endMotion(entry)
    return from
  }

  /** The thread lives no more, or never did. */
  end(entry: ThreadEntry): void {
    this.#count(entry.kernel, -1)
    this.living--
    endMotion(entry)
  }

  /** Enters what a thread that had moved `epoch` times was restricted to, unless something newer is known. */
  restrict(entry: ThreadEntry, epoch: number, cpus: readonly number[]): void {
    if (epoch < (this.#cpusEpochs.get(entry.tid) ?? 0)) return
    if (epoch > 0) this.#cpusEpochs.set(entry.tid, epoch)
    entry.cpus = cpus
  }

  /** Takes a thread that has ended out of the table. */
  remove(tid: ThreadId): void {
    this.threads.delete(tid)
    this.names.delete(tid)
    this.#cpusEpochs.delete(tid)
  }

  #relocate(entry: ThreadEntry, epoch: number, to: KernelId): void {
    this.#count(entry.kernel, -1)
    this.#count(to, 1)
    entry.epoch = epoch
    entry.kernel = to
  }

  /** Kernels that have none any more stay: there are few. */
  #count(kernel: KernelId, change: number): void {
    this.#load.set(kernel, this.load(kernel) + change)
  }
}

/** Those that met the thread in motion find it at rest now, or gone. */
function endMotion(entry: ThreadEntry): void {
  const { motion } = entry
  entry.motion = null
  for (const retry of motion?.onArrival ?? []) retry()
}
