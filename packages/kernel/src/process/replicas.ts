import type { KernelId } from '@atoll/messaging'
import { ImageInstance, type ProgramImage } from '../frames/image.js'
import { evaluate } from '../frames/instantiate.js'
import { Unwind } from '../frames/unwind.js'
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

/** How long the modules of a program may await at their top level. */
const EVALUATION_LIMIT_S = 60

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
  /** Those whose modules are being evaluated: they host no threads yet. */
  readonly #evaluating = new Map<ThreadId, ProcessReplica>()
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
      for (const { pid, origin } of this.all()) if (origin === id) this.drop(pid)
      this.#bury(id)
    })
  }

  #destructorOf({ pid, key }: { readonly pid: ThreadId; readonly key: number }): WaitOutcome {
    const replica = this.#replicas.get(pid)
    const destructor = replica?.keys.destructor(key)
    if (!replica || destructor === undefined) return refusal('EINVAL', `'${key}' is not a key: never made, or deleted`)
    return { outcome: Outcome.value, result: encodeForProcess(replica, [destructor]) }
  }

  /** The replica of this process, if there is one and its modules have been evaluated. */
  get(pid: ThreadId): ProcessReplica | undefined {
    return this.#replicas.get(pid)
  }

  /** All of them, those included whose modules are being evaluated. */
  all(): readonly ProcessReplica[] {
    return [...this.#replicas.values(), ...this.#evaluating.values()]
  }

  /** The image of this hash, if this kernel has it. */
  image(hash: string): ProgramImage | undefined {
    return this.#images.get(hash)
  }

  /** The process of this instance; without one, the only process here, if there is just one. */
  ofInstance(instance: ImageInstance | null): ProcessReplica | null {
    if (instance) return this.#byInstance.get(instance) ?? null
    const [replica, ...others] = this.all()
    return replica && others.length === 0 ? replica : null
  }

  /** At the origin: makes the process's replica here and, when its modules have been evaluated, starts its main thread. Throws what they throw at once. */
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
    this.#entering.set(pid, [])
    try {
      this.#evaluate(pid, image, { argv, env, nice: 0, balanced: isBalanced }, (replica) => {
        this.#startMain(replica, affinity)
      })
    } catch (error) {
      this.#entering.delete(pid)
      throw error
    }
  }

  #startMain(replica: ProcessReplica, affinity: readonly number[] | null): void {
    const main = replica.exports['main']
    if (typeof main !== 'function') {
      const { name = '' } = replica.instance?.image ?? {}
      throw new TypeError(`${name} exports no function named main: a program is a module that exports main(argv, env)`)
    }
    const thread = new Thread(replica, replica.pid, firstFrames(main, [[...replica.argv], { ...replica.env }]))
    thread.affinity = affinity
    this.#start(thread)
  }

  /** Starts a thread of a process of this kernel that does nothing but end it: its modules need not have been evaluated. */
  exitFromNowhere(pid: ThreadId, tid: ThreadId, status: number): void {
    const replica = this.#replicas.get(pid) ?? this.#evaluating.get(pid)
    if (!replica) return
    const thread = new Thread(replica, tid, exitFrames(status))
    if (this.#evaluating.has(pid)) thread.pins = 1 // elsewhere it would wait for the modules
    this.#start(thread)
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
    thread.extras?.guard?.withdraw()
    if (thread.epoch > 0) this.#kernel.journeys.forget(thread.tid)
  }

  /** Drops a process's threads, wherever they are in their work. */
  drop(pid: ThreadId): void {
    this.#kernel.once.forget(pid)
    this.#kernel.waitHome.forget(pid)
    this.#kernel.holds.forget(pid)
    this.#kernel.processEnded(pid)
    this.#entered(pid, null) // what is still fetched for it finds nobody
    const replica = this.#replicas.get(pid) ?? this.#evaluating.get(pid)
    if (!replica) return
    this.#forget(replica)
    this.#kernel.output.forget(pid)
    const threads = [...this.#kernel.threads.values()].filter(({ process }) => process === replica)
    for (const thread of threads) this.#kernel.dropThread(thread)
    for (const fiber of replica.evaluatingFibers()) fiber.state = 'gone'
  }

  #isRunning(hash: string): boolean {
    return this.all().some(({ instance }) => instance?.image.hash === hash)
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

  #enterWith(pid: ThreadId, image: ProgramImage, facts: ProcessFacts): void {
    try {
      this.#evaluate(pid, image, facts)
    } catch (error) {
      this.#fail(pid, error, image)
    }
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

  /**
   * Makes the process's replica here and evaluates its modules; then calls `begin`, and those who have waited to enter. Throws what modules and `begin`
   * throw, unless modules await at their top level: then an error ends the process.
   */
  #evaluate(
    pid: ThreadId,
    image: ProgramImage,
    { argv, env, nice, balanced }: ProcessFacts,
    begin: (replica: ProcessReplica) => void = () => undefined,
  ): void {
    const kernel = this.#kernel
    const environment = Object.fromEntries(env.map((entry) => entry.split(/=(.*)/s).slice(0, 2) as [string, string]))
    const replica = new ProcessReplica(kernel, pid, originOf(pid), argv, environment, new Keys(kernel.id))
    replica.nice = nice
    replica.isBalanced = balanced
    const surroundings = surroundingsFor(kernel.surroundingsHost(replica), argv, environment)
    replica.surroundings.register('atoll:surroundings', namedSurroundings(surroundings))
    replica.memory = kernel.memory?.enter(replica) ?? null
    const instance = new ImageInstance(image, kernel.executor)
    this.#evaluating.set(pid, replica)
    this.#byInstance.set(instance, replica)
    try {
      replica.load({ instance, exports: evaluate(instance, requireFor(kernel.externals), surroundings) })
      if (instance.evaluated) this.#awaitModules(replica, instance.evaluated, begin)
      else this.#evaluated(replica, begin)
    } catch (error) {
      this.#forget(replica)
      throw error
    }
  }

  /** The process's threads come here when its modules have been evaluated; until then they wait, in the order of their arrival. */
  #awaitModules(replica: ProcessReplica, modules: Promise<void>, begin: (replica: ProcessReplica) => void): void {
    const { clock, virtual, onWork } = this.#kernel
    // The promise settles while the loop may be parked, outside of its turns: the rest is done in one.
    const next = (then: () => void) => (): void => {
      this.#kernel.onWork()
      replica.after(clock.monotonicUs(), then)
    }
    const fail = (error: unknown): void => {
      this.#forget(replica)
      this.#fail(replica.pid, error, replica.instance?.image)
    }
    // What a program awaits of its host takes none of virtual time.
    const cancelLimit = virtual
      ? (): void => undefined
      : replica.after(clock.monotonicUs() + EVALUATION_LIMIT_S * 1e6, () => {
          fail(new Error(NOT_EVALUATED))
        })
    onWork()
    modules.then(
      next(() => {
        cancelLimit()
        try {
          this.#evaluated(replica, begin)
        } catch (error) {
          fail(error)
        }
      }),
      (error: unknown) => {
        if (error instanceof Unwind) return // the program has called exit, which ends it in a moment
        next(() => {
          fail(error)
        })()
      },
    )
  }

  #evaluated(replica: ProcessReplica, begin: (replica: ProcessReplica) => void): void {
    const { pid } = replica
    this.#evaluating.delete(pid)
    this.#replicas.set(pid, replica)
    begin(replica)
    this.#entered(pid, replica)
  }

  #forget(replica: ProcessReplica): void {
    this.#replicas.delete(replica.pid)
    this.#evaluating.delete(replica.pid)
    if (replica.instance) this.#byInstance.delete(replica.instance)
    replica.end()
  }
}

const NOT_EVALUATED =
  `its modules have not been evaluated after ${EVALUATION_LIMIT_S} s: an await at the top level of one waits for something that does not come. ` +
  'Remedy: await inside main'
