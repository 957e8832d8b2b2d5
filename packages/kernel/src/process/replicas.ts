import { createHash } from 'node:crypto'
import type { KernelId } from '@atoll/messaging'
import type { ImageInstance, ProgramImage } from '../frames/image.js'
import { instantiate } from '../frames/instantiate.js'
import type { Kernel } from '../kernel.js'
import { requireFor } from '../program/require.js'
import { namedSurroundings, surroundingsFor } from '../program/surroundings.js'
import { Thread, type ThreadId } from '../threads/thread.js'
import { encodeForProcess } from '../values/of-process.js'
import { Outcome } from '../waits/protocol.js'
import { exitFrames, firstFrames } from './finish.js'
import { Keys } from './keys.js'
import { originOf } from './numbers.js'
import { processes } from './protocol.js'
import { ProcessReplica } from './replica.js'

type Entered = (replica: ProcessReplica | null) => void

/** The processes that this kernel hosts threads of, and their program images. */
export class ProcessReplicas {
  readonly #kernel: Kernel
  readonly #replicas = new Map<ThreadId, ProcessReplica>()
  readonly #byInstance = new Map<ImageInstance, ProcessReplica>()
  readonly #images = new Map<string, ProgramImage>()
  /** Who waits for a process that is being entered. */
  readonly #entering = new Map<ThreadId, Entered[]>()

  constructor(kernel: Kernel) {
    this.#kernel = kernel
    const { messenger } = kernel
    messenger.serve(processes.terminate, (_from, { pid }, reply) => {
      this.drop(pid)
      reply({})
    })
    messenger.on(processes.destructor, (from, message) => {
      const replica = this.#replicas.get(message.pid)
      const destructor = replica?.keys.destructors.get(message.key) ?? undefined
      const record = kernel.waitHome.open(from, message, () => undefined)
      const result = replica ? encodeForProcess(replica, [destructor]) : kernel.encodePlain([undefined])
      kernel.waitHome.complete(record, { outcome: Outcome.value, result })
    })
    kernel.membership.events.on('died', ({ id }) => {
      for (const { pid, origin } of [...this.#replicas.values()]) if (origin === id) this.drop(pid)
    })
  }

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
  ): void {
    this.#images.set(image.hash, image)
    const replica = this.#create(pid, image, argv, env)
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

  /** The process's last thread has ended by itself: a thread that takes the main one's place runs the exit handlers. */
  exitFromNowhere(pid: ThreadId): void {
    const replica = this.#replicas.get(pid)
    if (replica) this.#start(new Thread(replica, pid, exitFrames(0)))
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
    this.#entering.set(pid, [entered])
    this.#fetch(pid, (made) => {
      const all = this.#entering.get(pid) ?? []
      this.#entering.delete(pid)
      for (const each of all) each(made)
    })
  }

  /** Puts a thread into the tables of this kernel. */
  host(thread: Thread): void {
    this.#kernel.threads.set(thread.tid, thread)
  }

  /** Takes a thread out of the tables: it has ended, or goes elsewhere. */
  release(thread: Thread): void {
    this.#kernel.threads.delete(thread.tid)
  }

  /** Drops a process's threads, wherever they are in their work. */
  drop(pid: ThreadId): void {
    this.#kernel.once.forget(pid)
    const replica = this.#replicas.get(pid)
    if (!replica) return
    this.#forget(replica)
    this.#kernel.output.forget(pid)
    const threads = [...this.#kernel.threads.values()].filter(({ process }) => process === replica)
    for (const thread of threads) this.#kernel.dropThread(thread)
  }

  #start(thread: Thread): void {
    this.host(thread)
    this.#kernel.scheduler.enqueue(thread.main)
  }

  #fetch(pid: ThreadId, made: Entered): void {
    const { messenger } = this.#kernel
    const origin = originOf(pid)
    messenger.request(origin, processes.enter, { pid }, (error, process) => {
      if (error || !process.exists) {
        made(null)
        return
      }
      this.#fetchImage(origin, process.hash, (image) => {
        made(image && this.#enterWith(pid, image, process))
      })
    })
  }

  #enterWith(
    pid: ThreadId,
    image: ProgramImage,
    { argv, env }: { readonly argv: readonly string[]; readonly env: readonly string[] },
  ): ProcessReplica | null {
    try {
      return this.#create(pid, image, argv, env)
    } catch (error) {
      const explanation = `the program's modules could not be evaluated on kernel ${this.#kernel.id}: ${this.#kernel.explain(error, image)}`
      this.#kernel.messenger.send(originOf(pid), processes.crash, { pid, explanation })
      return null
    }
  }

  #fetchImage(from: KernelId, hash: string, fetched: (image: ProgramImage | null) => void): void {
    const known = this.#images.get(hash)
    if (known) {
      fetched(known)
      return
    }
    this.#kernel.messenger.request(from, processes.image, { hash }, (error, reply) => {
      if (error || !reply.exists) {
        fetched(null)
        return
      }
      const { name, code, sourceMap } = reply
      if (createHash('sha256').update(code).digest('hex') !== hash) {
        this.#kernel.logger.error('refused a program image: its code is not what its hash says', { from, hash, name })
        fetched(null)
        return
      }
      const image = { hash, name, code, sourceMap }
      this.#images.set(hash, image)
      fetched(image)
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
