import type { KernelId } from '@atoll/messaging'
import type { ImageInstance, ProgramImage } from '../frames/image.js'
import { instantiate } from '../frames/instantiate.js'
import { verifyImage } from '../frames/verify.js'
import type { Kernel } from '../kernel.js'
import { RecentMap } from '../recent-map.js'
import { requireFor } from '../program/require.js'
import { namedSurroundings, surroundingsFor } from '../program/surroundings.js'
import { schedulingOf } from '../threads/ranked-queue.js'
import { DEFAULT_SCHEDULING } from '../threads/scheduling.js'
import { Thread, type ThreadId } from '../threads/thread.js'
import { encodeForProcess } from '../values/of-process.js'
import { refusal, type WaitOutcome } from '../waits/home.js'
import { Outcome } from '../waits/protocol.js'
import { exitFrames, firstFrames } from './finish.js'
import { Keys } from './keys.js'
import { originOf } from './numbers.js'
import { processes } from './protocol.js'
import { ProcessReplica } from './replica.js'

/** Images that no process here runs are kept, for the next one, up to so many. */
const IDLE_IMAGES = 8

/** Called with the process's replica; with `null` if there will be none. */
export type Entered = (replica: ProcessReplica | null) => void

/** What a kernel is told of a process that it enters. */
interface ProcessFacts {
  readonly argv: readonly string[]
  readonly env: readonly string[]
  readonly nice: number
  readonly balanced: boolean
}

/** The processes that this kernel hosts threads of, and their program images. */
export class ProcessReplicas {
  readonly #kernel: Kernel
  readonly #replicas = new Map<ThreadId, ProcessReplica>()
  readonly #byInstance = new Map<ImageInstance, ProcessReplica>()
  readonly #images = new RecentMap<string, ProgramImage>(IDLE_IMAGES, (hash) => this.#isRunning(hash))
  /** Who waits for a process that is being entered. */
  readonly #entering = new Map<ThreadId, Entered[]>()
  /** Kernels that have died, all that they sent having been handled. */
  readonly #dead = new Set<KernelId>()
  /** Who waits for these to be dead. */
  #mourners: { readonly sender: KernelId; readonly settled: () => void }[] = []

  constructor(kernel: Kernel) {
    this.#kernel = kernel
    const { messenger } = kernel
    messenger.serve(processes.terminate, (_from, { pid }, reply) => {
      this.drop(pid)
      reply({})
    })
    kernel.waitHome.serve(processes.destructor, (from, message) => {
      kernel.waitHome.answer(from, message, this.#destructorOf(message))
    })
    messenger.on(processes.deleteKey, (_from, { pid, key }) => this.#replicas.get(pid)?.keys.delete(key))
    messenger.serve(processes.arrivals, (_from, { pid, sender }, reply) => {
      this.#afterDeath(sender, () => {
        this.afterEntering(pid, () => {
          reply({})
        })
      })
    })
    kernel.membership.events.on('died', ({ id }) => {
      for (const { pid, origin } of [...this.#replicas.values()]) if (origin === id) this.drop(pid)
      this.#bury(id)
    })
  }

  #destructorOf({ pid, key }: { readonly pid: ThreadId; readonly key: number }): WaitOutcome {
    const replica = this.#replicas.get(pid)
    const destructor = replica?.keys.destructor(key)
    if (!replica || destructor === undefined) return refusal('EINVAL', `'${key}' is not a key: never made, or deleted`)
    return { outcome: Outcome.value, result: encodeForProcess(replica, [destructor]) }
  }

  /** The replica of this process, if there is one. */
  get(pid: ThreadId): ProcessReplica | undefined {
    return this.#replicas.get(pid)
  }

  /** All of them. */
  all(): Iterable<ProcessReplica> {
    return this.#replicas.values()
  }

  /** The image of this hash, if this kernel has it. */
  image(hash: string): ProgramImage | undefined {
    return this.#images.get(hash)
  }

  /** The process of this instance; without one, the only process here, if there is just one. */
  ofInstance(instance: ImageInstance | null): ProcessReplica | null {
    if (instance) return this.#byInstance.get(instance) ?? null
    const [replica] = this.#replicas.values()
    return this.#replicas.size === 1 && replica ? replica : null
  }

  /** At the origin: makes the process's replica here and starts its main thread. Throws what its modules throw. */
  begin(
    pid: ThreadId,
    image: ProgramImage,
    argv: readonly string[],
    env: readonly string[],
    affinity: readonly number[] | null,
    isBalanced = false,
  ): void {
    if (this.#images.get(image.hash)?.code !== image.code) verifyImage(image, 'the supervisor')
    this.#images.set(image.hash, image)
    const replica = this.#create(pid, image, argv, env)
    replica.isBalanced = isBalanced
    const main = replica.exports['main']
    if (typeof main !== 'function') {
      this.#forget(replica)
      throw new TypeError(
        `${image.name} exports no function named main: a program is a module that exports main(argv, env)`,
      )
    }
    const thread = new Thread(replica, pid, firstFrames(main, [[...argv], { ...replica.env }]))
    thread.affinity = affinity
    this.#start(thread)
  }

  /** Starts a thread of a process of this kernel that does nothing but end it. */
  exitFromNowhere(pid: ThreadId, tid: ThreadId, status: number): void {
    const replica = this.#replicas.get(pid)
    if (replica) this.#start(new Thread(replica, tid, exitFrames(status)))
  }

  /** Calls `entered` with the process's replica here, made if need be; with `null` if the process has ended. */
  enter(pid: ThreadId, entered: Entered): void {
    const replica = this.#replicas.get(pid)
    if (replica) {
      entered(replica)
      return
    }
    const waiting = this.#entering.get(pid)
    if (waiting) {
      waiting.push(entered)
      return
    }
    const all = [entered]
    this.#entering.set(pid, all)
    this.#fetch(pid, all)
  }

  /** Puts a thread into the tables of this kernel. */
  host(thread: Thread): void {
    if (thread.process.nice !== 0 || schedulingOf(thread) !== DEFAULT_SCHEDULING) this.#kernel.scheduler.rank()
    this.#kernel.threads.set(thread)
  }

  /** Takes a thread out of the tables: it has ended, or goes elsewhere. */
  release(thread: Thread): void {
    this.#kernel.threads.delete(thread.tid)
    if (thread.epoch > 0) this.#kernel.journeys.forget(thread.tid)
  }

  /** Drops a process's threads, wherever they are in their work. */
  drop(pid: ThreadId): void {
    this.#kernel.once.forget(pid)
    this.#kernel.waitHome.forget(pid)
    this.#kernel.holds.forget(pid)
    this.#entered(pid, null) // what is still fetched for it finds nobody
    const replica = this.#replicas.get(pid)
    if (!replica) return
    this.#forget(replica)
    this.#kernel.output.forget(pid)
    const threads = [...this.#kernel.threads.values()].filter(({ process }) => process === replica)
    for (const thread of threads) this.#kernel.dropThread(thread)
  }

  #isRunning(hash: string): boolean {
    for (const { instance } of this.#replicas.values()) if (instance?.image.hash === hash) return true
    return false
  }

  #start(thread: Thread): void {
    this.host(thread)
    this.#kernel.trace?.started(thread)
    this.#kernel.scheduler.enqueue(thread.main)
  }

  /** Asks the origin for the process and its image, for those who wait for it; if these have been told that it ended, for nobody. */
  #fetch(pid: ThreadId, waiting: readonly Entered[]): void {
    const origin = originOf(pid)
    const isOver = (): boolean => this.#entering.get(pid) !== waiting
    this.#kernel.messenger.request(origin, processes.enter, { pid }, (error, process) => {
      if (isOver()) return
      if (error) this.#fail(pid, error)
      else if (!process.exists) this.#entered(pid, null)
      else {
        this.#fetchImage(origin, process.hash, (refusal, image) => {
          if (isOver()) return
          if (image) this.#enterWith(pid, image, process)
          else this.#fail(pid, refusal)
        })
      }
    })
  }

  #enterWith(pid: ThreadId, image: ProgramImage, { argv, env, nice, balanced }: ProcessFacts): void {
    let replica: ProcessReplica
    try {
      replica = this.#create(pid, image, argv, env)
    } catch (error) {
      this.#fail(pid, error, image)
      return
    }
    replica.nice = nice
    replica.isBalanced = balanced
    this.#entered(pid, replica)
  }

  /** The process can't be entered, so the threads that have come can't go on: it ends. */
  #fail(pid: ThreadId, error: unknown, image?: ProgramImage): void {
    const { id, messenger } = this.#kernel
    const explanation = `the program could not be entered on kernel ${id}: ${this.#kernel.explain(error, image)}`
    messenger.send(originOf(pid), processes.crash, { pid, explanation })
    this.#entered(pid, null)
  }

  #entered(pid: ThreadId, replica: ProcessReplica | null): void {
    const waiting = this.#entering.get(pid) ?? []
    this.#entering.delete(pid)
    for (const each of waiting) each(replica)
  }

  /** Calls `then` once it is clear whether this kernel hosts the process: at once, unless it is being entered. */
  afterEntering(pid: ThreadId, then: () => void): void {
    const waiting = this.#entering.get(pid)
    if (waiting) waiting.push(then)
    else then()
  }

  #afterDeath(sender: KernelId, settled: () => void): void {
    if (this.#dead.has(sender)) settled()
    else this.#mourners.push({ sender, settled })
  }

  #bury(id: KernelId): void {
    this.#dead.add(id)
    const mourners = this.#mourners
    this.#mourners = mourners.filter(({ sender }) => sender !== id)
    for (const { sender, settled } of mourners) if (sender === id) settled()
  }

  #fetchImage(
    from: KernelId,
    hash: string,
    fetched: (...result: [refusal: unknown, image: null] | [refusal: null, image: ProgramImage]) => void,
  ): void {
    const known = this.#images.get(hash)
    if (known) {
      fetched(null, known)
      return
    }
    this.#kernel.messenger.request(from, processes.image, { hash }, (error, reply) => {
      if (error || !reply.exists) {
        fetched(error ?? new Error(`kernel ${from}, its origin, has no image ${hash} (any more)`), null)
        return
      }
      const { name, code, sourceMap, sourceRoot } = reply
      const image: ProgramImage = { hash, name, code, sourceMap, ...(sourceRoot !== undefined && { sourceRoot }) }
      try {
        verifyImage(image, `kernel ${from}`)
      } catch (refusal) {
        fetched(refusal, null)
        return
      }
      this.#images.set(hash, image)
      fetched(null, image)
    })
  }

  #create(pid: ThreadId, image: ProgramImage, argv: readonly string[], env: readonly string[]): ProcessReplica {
    const kernel = this.#kernel
    const environment = Object.fromEntries(env.map((entry) => entry.split(/=(.*)/s).slice(0, 2) as [string, string]))
    const replica = new ProcessReplica(kernel, pid, originOf(pid), argv, environment, new Keys(kernel.id))
    const surroundings = surroundingsFor(kernel.surroundingsHost(replica), argv, environment)
    replica.surroundings.register('atoll:surroundings', namedSurroundings(surroundings))
    this.#replicas.set(pid, replica)
    try {
      const loaded = instantiate(image, kernel.executor, requireFor(kernel.externals), surroundings)
      replica.load(loaded)
      this.#byInstance.set(loaded.instance, replica)
    } catch (error) {
      this.#forget(replica)
      throw error
    }
    return replica
  }

  #forget(replica: ProcessReplica): void {
    this.#replicas.delete(replica.pid)
    if (replica.instance) this.#byInstance.delete(replica.instance)
    replica.end()
  }
}
