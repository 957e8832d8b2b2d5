import { SUPERVISOR, type KernelId, type Member, type MessageType, type Messenger } from '@atoll/messaging'
import { EventEmitter } from 'eventemitter3'
import { CancellationHome } from '../../src/cancellation/home.js'
import { cancellation } from '../../src/cancellation/protocol.js'
import type { ProgramImage } from '../../src/frames/image.js'
import type { Kernel } from '../../src/kernel.js'
import type { Candidate } from '../../src/placement.js'
import { ProcessHome } from '../../src/process/home.js'
import type { ForkHandlers, ProcessEnd } from '../../src/process/origin-process.js'
import { processes } from '../../src/process/protocol.js'
import { ThreadMap } from '../../src/threads/thread-map.js'
import type { Thread } from '../../src/threads/thread.js'
import { decodePlain, encodePlain } from '../../src/values/of-process.js'
import { WaitHome, type WaitReference } from '../../src/waits/home.js'
import { Outcome, waits } from '../../src/waits/protocol.js'
import { World } from '../waits/world.js'

const IMAGE: ProgramImage = { hash: 'abc', name: 'program.ts', code: '', sourceMap: '' }

/** What a call has been answered with: `value: 3`, `exception: …`, `error: ESRCH`, or that it waits. */
export type Answer = string

/**
 * A process of kernel 1, whose home is the real one; kernels 2 and 3 and the supervisor are played by the test. The process's main thread is
 * on kernel 1.
 */
export class Origin {
  readonly world = new World()
  readonly home: ProcessHome
  readonly waitHome: WaitHome
  /** The first number that the kernel gives. */
  readonly pid = 1
  /** Processes that have ended, as the supervisor hears of it. */
  readonly ends: ProcessEnd[] = []
  /** Who was told to drop the process. */
  readonly terminated: KernelId[] = []
  /** Requests to relocate a thread, by the kernel that got them; a test answers them. */
  readonly relocations: {
    readonly kernel: KernelId
    readonly tid: number
    readonly reply: (answer: {
      absent: boolean
      epoch?: number
      refusal?: { code: string; explanation: string }
    }) => void
  }[] = []
  /** Requests to cancel a thread, by the kernel that got them; a test answers them. */
  readonly deliveries: {
    readonly kernel: KernelId
    readonly tid: number
    readonly reply: (answer: { absent: boolean }) => void
  }[] = []
  /** Threads that are on kernel 1 in earnest. */
  readonly threads = new ThreadMap<Thread>()
  /** Questions whether all that a dead kernel sent has arrived; a test answers them. */
  readonly inquiries: { readonly kernel: KernelId; readonly sender: KernelId; readonly reply: () => void }[] = []
  readonly complaints: string[] = []
  exitsFromNowhere = 0
  /** Where the next thread is placed. */
  place: KernelId = 1
  readonly #messengers: ReadonlyMap<KernelId, Messenger>
  readonly #deaths = new EventEmitter<{ died: (member: Pick<Member, 'id' | 'reason'>) => void }>()
  readonly #alive = new Set<KernelId>([1, 2, 3])
  readonly #answers = new Map<number, Answer>()
  #waits = 0

  constructor() {
    const messenger = this.world.messenger(1)
    this.#messengers = new Map([
      [1, messenger],
      [2, this.#peer(2)],
      [3, this.#peer(3)],
    ])
    const supervisor = this.world.messenger(SUPERVISOR)
    supervisor.on(processes.exited, (_from, { pid: _pid, ...end }) => this.ends.push(end))
    for (const [id, each] of this.#messengers) {
      each.on(waits.complete, (from, { tid, wait, outcome, result }) => {
        this.#answers.set(wait, answerOf(outcome, result))
        each.send(from, waits.acknowledge, { tid, wait })
      })
      each.on(waits.registered, (_from, { wait }) => this.#answers.set(wait, 'waits'))
      if (id !== 1) this.#serve(id, each)
    }
    this.waitHome = new WaitHome(messenger)
    const kernel = this.#kernel(messenger)
    this.home = new ProcessHome(kernel)
    new CancellationHome(kernel, this.home)
    this.#serve(1, messenger)
    const query = { ...IMAGE, argv: ['program.ts'], env: [], watched: false, placement: '' }
    supervisor.request(1, processes.spawn, query, () => undefined)
    this.world.settle()
  }

  /** Registers a thread that is placed on this kernel and has arrived there. */
  thread(kernel: KernelId, detached = false): number {
    this.place = kernel
    const registration = this.home.register(this.pid, { detached, name: '' })
    if ('code' in registration) throw new Error(registration.explanation)
    if (kernel !== 1) {
      this.#messengers.get(kernel)?.request(1, processes.enter, { pid: this.pid }, () => undefined)
      this.send(kernel, processes.arrived, { pid: this.pid, tid: registration.tid, epoch: 0 })
    }
    return registration.tid
  }

  /** Thread `creator` on `kernel` asks for a new thread: its number. It is not sent yet. */
  create(kernel: KernelId, creator: number): number {
    const reference = this.#reference(creator)
    this.send(kernel, processes.register, { ...reference, pid: this.pid, detached: false, name: '' })
    return parseInt(this.#answer(reference)().replace('value: ', ''), 10) // of 'value: 5,3'
  }

  /** A kernel says something to the origin. */
  send<M>(from: KernelId, type: MessageType<M>, message: M): void {
    this.#messengers.get(from)?.send(1, type, message)
    this.world.settle()
  }

  /** A thread's end, with this value, or error (in words too). */
  end(tid: number, kernel: KernelId, value: unknown, error = ''): void {
    const ended = { pid: this.pid, tid, thrown: error !== '', result: encodePlain([value]), explanation: error }
    this.send(kernel, processes.ended, ended)
  }

  /** Thread `tid` on kernel `from` makes a call; returns what it is answered with so far. */
  call(
    from: KernelId,
    tid: number,
    type: (typeof processes)['join' | 'detach' | 'affinity' | 'name' | 'nextExitHandler'],
    target = 0,
  ): () => Answer {
    const reference = this.#reference(tid)
    this.#messengers.get(from)?.send(1, type as typeof processes.join, { ...reference, pid: this.pid, target })
    this.world.settle()
    return this.#answer(reference)
  }

  join = (from: KernelId, tid: number, target: number): (() => Answer) => this.call(from, tid, processes.join, target)

  setAffinity(from: KernelId, tid: number, target: number, cpus: number[]): () => Answer {
    const reference = this.#reference(tid)
    this.#messengers.get(from)?.send(1, processes.setAffinity, { ...reference, pid: this.pid, target, cpus })
    this.world.settle()
    return this.#answer(reference)
  }

  cancel(from: KernelId, tid: number, target: number): () => Answer {
    const reference = this.#reference(tid)
    this.#messengers.get(from)?.send(1, cancellation.cancel, { ...reference, pid: this.pid, target })
    this.world.settle()
    return this.#answer(reference)
  }

  atExit(from: KernelId, tid: number, handler: string): void {
    const message = { ...this.#reference(tid), pid: this.pid, handler: encodePlain([handler]) }
    this.#messengers.get(from)?.send(1, processes.atExit, message)
    this.world.settle()
  }

  atFork(from: KernelId, tid: number, handlers: ForkHandlers): void {
    this.#messengers.get(from)?.send(1, processes.atFork, { ...this.#reference(tid), pid: this.pid, ...handlers })
    this.world.settle()
  }

  /** The thread that waits under the last reference does not want to wait any more. */
  cancelWait(from: KernelId, tid: number): void {
    this.#messengers.get(from)?.send(1, waits.cancel, { tid, wait: this.#waits })
    this.world.settle()
  }

  /** The thread that waits under the last reference ends. */
  abandon(from: KernelId, tid: number): void {
    this.#messengers.get(from)?.send(1, waits.abandon, { tid, wait: this.#waits })
    this.world.settle()
  }

  kernelDies(kernel: KernelId): void {
    this.#alive.delete(kernel)
    this.world.lose(kernel)
    this.#deaths.emit('died', { id: kernel, reason: 'a test killed it' })
    this.world.settle()
  }

  #reference(tid: number): WaitReference {
    return { tid, fiber: 0, wait: ++this.#waits }
  }

  #answer({ wait }: WaitReference): () => Answer {
    return () => this.#answers.get(wait) ?? 'silence'
  }

  #peer(id: KernelId): Messenger {
    return this.world.messenger(id)
  }

  #serve(id: KernelId, messenger: Messenger): void {
    messenger.serve(processes.terminate, (_from, _process, reply) => {
      this.terminated.push(id)
      reply({})
    })
    messenger.serve(processes.arrivals, (_from, { sender }, reply) => {
      const answer = (): void => {
        reply({})
        this.world.settle()
      }
      this.inquiries.push({ kernel: id, sender, reply: answer })
    })
    messenger.serve(processes.relocate, (_from, { tid }, reply) => {
      const answer: (typeof this.relocations)[number]['reply'] = (value) => {
        reply({ epoch: 0, ...value })
        this.world.settle()
      }
      this.relocations.push({ kernel: id, tid, reply: answer })
    })
    messenger.serve(cancellation.deliver, (_from, { tid }, reply) => {
      const answer = (value: { absent: boolean }): void => {
        reply(value)
        this.world.settle()
      }
      this.deliveries.push({ kernel: id, tid, reply: answer })
    })
  }

  #kernel(messenger: Messenger): Kernel {
    const alive = (): object[] => [...this.#alive].map((id) => ({ id, node: {}, state: 'alive' }))
    return {
      id: 1,
      messenger,
      threads: this.threads,
      membership: { events: this.#deaths, alive, isAlive: (id: KernelId) => this.#alive.has(id) },
      policies: new Map(),
      placement: {
        place: (candidates: readonly Candidate[]) => candidates.find(({ kernel }) => kernel === this.place)!,
      },
      processes: { begin: () => undefined, image: () => IMAGE, exitFromNowhere: () => this.exitsFromNowhere++ },
      waitHome: this.waitHome,
      console: { write: (_pid: number, _stream: string, text: string) => this.complaints.push(text) },
      encodePlain,
      explain: String,
    } as unknown as Kernel
  }
}

function answerOf(outcome: number, result: Uint8Array): Answer {
  if (outcome === Outcome.cancelled) return 'cancelled'
  const [value] = decodePlain(result)
  if (outcome === Outcome.error) return `error: ${String(value)}`
  return `${outcome === Outcome.exception ? 'exception' : 'value'}: ${String(value)}`
}
