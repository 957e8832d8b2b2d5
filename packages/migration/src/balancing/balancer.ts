import type { Kernel, LoadBalancer, Thread } from '@atoll/kernel'
import { cpuOf } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import { holdOf, type Mover } from '../mover.js'
import { migration } from '../protocol.js'

/**
 * A kernel has threads to spare when two or more have been ready, at the end of every run, for so long, in microseconds. Some fifty times what a
 * move takes: so balancing costs two per cent at most, and who only hands work to and fro is left alone.
 */
const BACKLOG_US = 1000
/** After offers that came to nothing it takes up to so much longer. */
const LONGEST_BACKLOG_US = 1_000_000
/** Threads given at once, and the time that this takes in microseconds, at most: a kernel that has very many offers more at once. */
const MOST_GIVEN = 64
const LONGEST_GIFT_US = 500
/** Ready threads looked at for that, at most: some may be held where they are. */
const MOST_LOOKED_AT = 256

/**
 * Takes part in the balancing of load between the kernels that share a process whose placement `balances`.
 *
 * - A kernel that is about to sleep says `idle`, one with a backlog says `spare`, each to the origins of its balanced processes, and once: what
 *   was said holds until it is used. A system where nothing changes exchanges nothing. A kernel without such processes is taken to be idle.
 * - The origin introduces an idle kernel to a loaded one ({@link WorkBroker}). The idle one, if it still is, asks for threads.
 * - The loaded one gives every other of its ready threads, and always keeps more than it gives or as many. So a theft never reverses an imbalance,
 *   and a thread goes back only after its new kernel has had a backlog for `BACKLOG_US` while its old one had nothing left: threads do not play
 *   ping-pong.
 */
export class Balancer implements LoadBalancer {
  readonly #kernel: Kernel
  readonly #mover: Mover
  /** Origins that know that this kernel is idle, or loaded. */
  readonly #saidIdle = new Set<KernelId>()
  readonly #saidSpare = new Set<KernelId>()
  /** Origins that have introduced this kernel to another. */
  readonly #brokers = new Set<KernelId>()
  #isAsking = false
  /** Since when every run has ended with a backlog; `null`: the last one has not. */
  #backlogSinceUs: number | null = null
  /** How long a backlog must last. */
  #patienceUs = BACKLOG_US

  constructor(kernel: Kernel, mover: Mover) {
    this.#kernel = kernel
    this.#mover = mover
    kernel.balancer = this
    const { messenger, membership } = kernel
    messenger.on(migration.introduce, (from, { loaded }) => {
      this.#introduced(from, loaded)
    })
    messenger.serve(migration.steal, (from, { broker }, reply) => {
      reply({ given: this.#serveSteal(from, broker) })
    })
    for (const event of ['died', 'left'] as const) {
      membership.events.on(event, ({ id }) => {
        this.#brokers.delete(id)
        // Whoever was introduced to it, or asked by it, is known as nothing any more: all is said anew.
        this.#saidIdle.clear()
        this.#saidSpare.clear()
      })
    }
  }

  idle(): void {
    if (this.#isAsking) return
    for (const { isBalanced, origin } of this.#kernel.processes.all()) if (isBalanced) this.#sayIdle(origin)
    for (const broker of this.#brokers) this.#sayIdle(broker)
  }

  ran(isBacklogged: boolean): void {
    if (!isBacklogged) {
      this.#backlogSinceUs = null
      return
    }
    if (!this.#canBeHelped()) return
    const nowUs = this.#kernel.clock.monotonicUs()
    this.#backlogSinceUs ??= nowUs
    if (nowUs - this.#backlogSinceUs < this.#patienceUs) return
    this.#backlogSinceUs = null
    if (this.#hasMovable()) this.#saySpare()
    else this.#inVain()
  }

  /** Is there a balanced process here whose origin does not know of the backlog? */
  #canBeHelped(): boolean {
    for (const { isBalanced, origin } of this.#kernel.processes.all()) {
      if (isBalanced && !this.#saidSpare.has(origin)) return true
    }
    return false
  }

  #sayIdle(origin: KernelId): void {
    if (this.#saidIdle.has(origin)) return
    this.#saidIdle.add(origin)
    this.#saidSpare.delete(origin)
    this.#kernel.messenger.send(origin, migration.idle, {})
  }

  #saySpare(): void {
    for (const { isBalanced, origin } of this.#kernel.processes.all()) {
      if (!isBalanced || this.#saidSpare.has(origin)) continue
      this.#saidSpare.add(origin)
      this.#saidIdle.delete(origin)
      this.#kernel.messenger.send(origin, migration.spare, {})
    }
  }

  /** Nothing can be given: this is looked into less and less often, until something can. */
  #inVain(): void {
    this.#patienceUs = Math.min(this.#patienceUs * 2, LONGEST_BACKLOG_US)
  }

  #introduced(broker: KernelId, loaded: KernelId): void {
    const { messenger, scheduler } = this.#kernel
    this.#saidIdle.delete(broker)
    this.#brokers.add(broker)
    if (this.#isAsking || !scheduler.idle) {
      messenger.send(broker, migration.decline, { loaded })
      return
    }
    this.#isAsking = true
    messenger.request(loaded, migration.steal, { broker }, (error, reply) => {
      this.#isAsking = false
      // What was given is in the run queue by now, unless it is large. If there was nothing, the next introduction is waited for.
      if ((error || reply.given === 0) && scheduler.idle) this.idle()
    })
  }

  #serveSteal(thief: KernelId, broker: KernelId): number {
    this.#saidSpare.delete(broker)
    this.#backlogSinceUs = null
    const { given, isMoreLeft } = this.#giveTo(thief)
    if (given === 0) this.#inVain()
    else this.#patienceUs = BACKLOG_US
    if (isMoreLeft) this.#saySpare()
    return given
  }

  /** Gives half of the ready threads to kernel `to`: every other one in the order of the queue, then those that are left if some can't go. */
  #giveTo(to: KernelId): { readonly given: number; readonly isMoreLeft: boolean } {
    const ready = this.#readyThreads(MOST_LOOKED_AT)
    const quota = Math.min(MOST_GIVEN, ready.length >> 1)
    const { clock } = this.#kernel
    const endUs = clock.monotonicUs() + LONGEST_GIFT_US
    let given = 0
    for (const thread of [...ready.filter((_, at) => at % 2 === 1), ...ready.filter((_, at) => at % 2 === 0)]) {
      if (given === quota || clock.monotonicUs() >= endUs) break
      if (this.#mayGo(thread, to) && this.#mover.give(thread, to)) given++
    }
    const isCutShort = given < quota ? clock.monotonicUs() >= endUs : ready.length === MOST_LOOKED_AT
    return { given, isMoreLeft: given > 0 && isCutShort }
  }

  #hasMovable(): boolean {
    const others = this.#kernel.membership.alive().filter(({ id }) => id !== this.#kernel.id)
    return this.#readyThreads(MOST_LOOKED_AT).some(
      (thread) => holdOf(thread) === null && others.some(({ id }) => this.#mayGo(thread, id)),
    )
  }

  #mayGo({ process, affinity }: Thread, to: KernelId): boolean {
    return process.isBalanced && (affinity === null || affinity.includes(cpuOf(to)))
  }

  /** Threads with a fiber in the run queue, those that run next first, at most so many. */
  #readyThreads(most: number): Thread[] {
    const threads = new Set<Thread>()
    for (const { state, thread } of this.#kernel.scheduler.ready) {
      if (state === 'ready') threads.add(thread)
      if (threads.size === most) break
    }
    return [...threads]
  }
}
