import test from 'ava'
import { message, protocol, u32, type KernelId } from '@atoll/messaging'
import { actOnCancellation, requestCancellation } from '../../src/cancellation/act.js'
import { beginUnwinding, needCancellation } from '../../src/cancellation/state.js'
import { registers } from '../../src/frames/registers.js'
import { Unwind } from '../../src/frames/unwind.js'
import { ThreadMap } from '../../src/threads/thread-map.js'
import { Thread } from '../../src/threads/thread.js'
import type { Kernel } from '../../src/kernel.js'
import type { ProcessReplica } from '../../src/process/replica.js'
import type { Fiber } from '../../src/threads/fiber.js'
import { WaitHome, type WaitRecord } from '../../src/waits/home.js'
import { Outcome, waitReference } from '../../src/waits/protocol.js'
import { block, type WaitCode } from '../../src/waits/wait-code.js'
import { homeWaitCode, Waiters } from '../../src/waits/waiters.js'
import { World } from './world.js'

/*
 * The wait protocol, explored exhaustively in small configurations: one thread that waits, at a home on kernel 1, and moves between kernels 2
 * and 3 meanwhile. Every order is tried in which messages can arrive, the wait can end, and the thread can move, be cancelled, or end. What is
 * explored is the real thing: WaitHome, Waiters, homeWaitCode, the cancellation state and the messengers.
 */

/** One more move takes ten times as long: a soak has the time. */
const DEEPER = Number(process.env['ATOLL_SIM_SEEDS'] ?? 0) >= 1000 ? 1 : 0

const HOME = 1
const TID = 7

const model = protocol('wait-model', 200, {
  request: message(1, { ...waitReference, answered: u32 }),
  arrive: message(2, {
    epoch: u32,
    fiberState: u32,
    wait: u32,
    lastWait: u32,
    blocked: u32,
    requested: u32,
    shielded: u32,
  }),
})

const MODEL_WAIT = homeWaitCode<{ answered: number }>('model-wait', {
  slots: ['answered'],
  cancellable: true,
  request: ({ home, answered }, reference, kernel) => {
    kernel.messenger.send(home, model.request, { ...reference, answered })
  },
})

interface Configuration {
  /** How many waits, one after another. */
  readonly waits: number
  /** How many times it moves, at most. */
  readonly moves: number
  /** Can the thread end in the midst of a wait? */
  readonly ends: boolean
  /** Does the home answer at once, so that it never says "registered"? */
  readonly atOnce: boolean
  /** Does somebody ask, at some moment, that the thread be cancelled? A wait after that is one of a `finally` block. */
  readonly cancels?: boolean
}

type Action = { readonly name: string; readonly act: () => void }

/** What the explored kernels have of a kernel. */
interface ModelKernel {
  readonly id: KernelId
  readonly messenger: ReturnType<World['messenger']>
  readonly threads: ThreadMap<Thread>
  readonly waiters: Waiters
}

class Model {
  readonly world = new World()
  readonly #configuration: Configuration
  readonly #home: WaitHome
  readonly #kernels: readonly ModelKernel[]
  /** Waits that stand at the home and have not ended. */
  readonly #standing: WaitRecord[] = []
  /** Which waits' outcomes have reached the thread, in order. */
  readonly outcomes: number[] = []
  /** Those of them that were cancelled: as the home has it, and as the thread. */
  readonly cancelled: number[] = []
  /** Those that the home has completed with a value. */
  readonly #completed: number[] = []
  #cancelsLeft: number
  /** Has cancellation come to the thread at the beginning of a wait, instead of in one? */
  #isUnwoundAtEntry = false
  #movesLeft: number
  #waitsLeft: number
  #isEnded = false

  constructor(configuration: Configuration) {
    this.#configuration = configuration
    this.#movesLeft = configuration.moves
    this.#waitsLeft = configuration.waits
    this.#cancelsLeft = configuration.cancels === true ? 1 : 0
    const messenger = this.world.messenger(HOME)
    this.#home = new WaitHome(messenger)
    messenger.on(model.request, (from, { answered, ...reference }) => {
      const request = { ...reference, pid: 1 }
      const record = this.#home.open(from, request, () => this.#standing.splice(this.#standing.indexOf(record), 1))
      if (answered === 1) this.#complete(record)
      else {
        this.#standing.push(record)
        this.#home.confirm(record)
      }
    })
    this.#kernels = [2, 3].map((id) => this.#kernel(id))
    this.#begin(this.#kernels[0])
  }

  /** What can happen next; nothing: all is over. */
  actions(): Action[] {
    const actions: Action[] = this.world.choices.map((delivery) => ({
      name: `${delivery.from}→${delivery.to}`,
      act: () => {
        this.world.deliver(delivery)
      },
    }))
    for (const record of this.#standing) {
      const complete = (): void => {
        this.#standing.splice(this.#standing.indexOf(record), 1)
        this.#complete(record)
      }
      actions.push({ name: `complete ${record.wait}`, act: complete })
    }
    const hosts = this.#kernels.filter(({ threads }) => threads.get(TID))
    for (const kernel of hosts) actions.push(...this.#threadActions(kernel, kernel.threads.get(TID)!))
    return actions
  }

  /** What must hold at all times. */
  check(): void {
    const hosts = this.#kernels.filter(({ threads }) => threads.get(TID))
    if (hosts.length > 1) throw new Error('the thread is on two kernels')
    for (const [i, wait] of this.outcomes.entries()) {
      if (wait !== i + 1) throw new Error(`outcomes of the waits ${this.outcomes.join()}: each once, in their order`)
    }
    if (this.world.log.length > 0) throw new Error(this.world.log.join('\n'))
  }

  /** What must hold when nothing can happen any more. */
  checkEnd(): void {
    if (this.#home.size > 0) throw new Error(`the home still has ${this.#home.size} waits`)
    if (!this.#isEnded && this.outcomes.length !== this.#configuration.waits) {
      throw new Error(`${this.outcomes.length} of ${this.#configuration.waits} waits ended`)
    }
    if (this.#isEnded) return
    const values = this.outcomes.filter((wait) => !this.cancelled.includes(wait))
    if (values.join() !== [...this.#completed].sort().join()) {
      throw new Error(`the home has completed ${this.#completed.join()}, the thread has got ${values.join()}`)
    }
    const cancellations = this.cancelled.length + (this.#isUnwoundAtEntry ? 1 : 0)
    if (cancellations > 1) throw new Error(`the thread was cancelled ${cancellations} times`)
  }

  #threadActions(kernel: ModelKernel, thread: Thread): Action[] {
    const { main } = thread
    const actions: Action[] = []
    if (this.#movesLeft > 0 && !kernel.waiters.isUnconfirmed(main)) {
      actions.push({ name: 'move', act: () => this.#move(kernel, thread) })
    }
    if (this.#configuration.ends) actions.push({ name: 'end', act: () => this.#end(kernel, thread) })
    if (this.#cancelsLeft > 0) actions.push({ name: 'cancel', act: () => this.#cancel(thread) })
    if (main.state === 'ready' && this.#waitsLeft > 0) {
      actions.push({ name: 'wait', act: () => this.#wait(kernel, thread) })
    }
    return actions
  }

  #cancel(thread: Thread): void {
    this.#cancelsLeft--
    requestCancellation(thread)
  }

  #complete(record: WaitRecord): void {
    this.#completed.push(record.wait)
    this.#home.complete(record, { outcome: Outcome.value, result: Uint8Array.of(record.wait) })
    this.world.handle(HOME)
  }

  #kernel(id: KernelId): ModelKernel {
    const messenger = this.world.messenger(id)
    const threads = new ThreadMap<Thread>()
    const kernel = {
      id,
      messenger,
      threads,
      membership: { events: { on: () => undefined }, get: () => undefined },
      scheduler: { reconsider: () => undefined },
      resolveWait: (fiber: Fiber, { outcome, result }: { outcome: number; result: Uint8Array }) => {
        const isCancelled = outcome === Outcome.cancelled
        const wait = isCancelled ? fiber.wait : result[0]
        if (isCancelled) {
          beginUnwinding(fiber)
          this.cancelled.push(wait)
        }
        fiber.state = 'ready'
        fiber.wait = 0
        fiber.top = null
        this.outcomes.push(wait)
      },
    }
    const waiters = new Waiters(kernel as unknown as Kernel)
    const complete = Object.assign(kernel, { waiters })
    messenger.on(model.arrive, (_from, { epoch, wait, lastWait, blocked, requested, shielded }) => {
      const thread = this.#begin(complete)
      Object.assign(thread, { epoch, lastWait })
      if (requested === 1) needCancellation(thread).requested = true
      if (shielded === 1) needCancellation(thread).shielded.push(0)
      if (blocked === 0) return
      thread.main.state = 'blocked'
      thread.main.wait = wait
      thread.main.top = { $f: MODEL_WAIT, $p: 0, $c: null, home: HOME, answered: 0 }
      MODEL_WAIT.register(thread.main.top, thread.main, complete as unknown as Kernel, true)
      if (requested === 1) actOnCancellation(thread)
    })
    return complete
  }

  #begin(kernel: ModelKernel): Thread {
    const thread = new Thread({ kernel } as unknown as ProcessReplica, TID, null)
    kernel.threads.set(thread)
    return thread
  }

  #wait(kernel: ModelKernel, thread: Thread): void {
    this.#waitsLeft--
    registers.fiber = thread.main
    const answered = this.#configuration.atOnce ? 1 : 0
    const frame = { $f: MODEL_WAIT, $p: 0, $c: null, home: HOME, answered } as const
    try {
      block(kernel as unknown as Kernel, frame)
    } catch (error) {
      if (!(error instanceof Unwind)) throw error
      this.#isUnwoundAtEntry = true
      block(kernel as unknown as Kernel, frame) // in a `finally` block
    }
    thread.main.top = registers.head
    registers.fiber = registers.head = registers.tail = null
  }

  #move(kernel: ModelKernel, thread: Thread): void {
    this.#movesLeft--
    const { main, lastWait } = thread
    const to = kernel.id === 2 ? 3 : 2
    const blocked = main.state === 'blocked' ? 1 : 0
    this.#leave(kernel, thread, false)
    const cancellation = thread.extras?.cancellation
    const image = {
      epoch: thread.epoch + 1,
      fiberState: 0,
      wait: main.wait,
      lastWait,
      blocked,
      requested: cancellation?.requested ? 1 : 0,
      shielded: cancellation?.shielded.length ?? 0,
    }
    kernel.messenger.send(to, model.arrive, image)
  }

  #end(kernel: ModelKernel, thread: Thread): void {
    this.#isEnded = true
    this.#waitsLeft = 0
    this.#leave(kernel, thread, true)
  }

  #leave(kernel: ModelKernel, thread: Thread, ended: boolean): void {
    const { main } = thread
    kernel.threads.delete(TID)
    if (main.state === 'blocked' && main.top) {
      ;(main.top.$f as WaitCode).withdraw(main.top, main, kernel as unknown as Kernel, ended)
    }
    main.state = 'gone'
  }
}

/**
 * Tries every sequence of actions, by running each from the beginning: the choices of a run are those of the run before it, with the
 * last one that has an alternative replaced by the next alternative. Returns how many there are.
 */
function explore(configuration: Configuration): number {
  let runs = 0
  let choices: number[] = []
  for (;;) {
    const alternatives: number[] = []
    const names: string[] = []
    const run = new Model(configuration)
    try {
      for (let step = 0; ; step++) {
        const actions = run.actions()
        run.check()
        const choice = choices[step] ?? 0
        const action = actions[choice]
        if (!action) break
        alternatives.push(actions.length)
        names.push(action.name)
        action.act()
      }
      run.checkEnd()
    } catch (error) {
      throw new Error(`after ${names.join(', ')}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      })
    }
    runs++
    choices = alternatives.map((_, step) => choices[step] ?? 0)
    while (choices.length > 0 && choices.at(-1)! + 1 >= alternatives[choices.length - 1]) choices.pop()
    if (choices.length === 0) return runs
    choices.push(choices.pop()! + 1)
  }
}

test('a wait ends once, however the thread moves meanwhile and in whatever order messages arrive', (t) => {
  const runs = explore({ waits: 1, moves: 2 + DEEPER, ends: false, atOnce: false })
  t.true(runs > 100, `${runs} schedules`)
  t.log(`${runs} schedules`)
})

test('an outcome that comes late does not end the next wait', (t) => {
  const runs = explore({ waits: 2, moves: 2, ends: false, atOnce: false })
  t.true(runs > 100, `${runs} schedules`)
  t.log(`${runs} schedules`)
})

test('a wait that is answered at once ends once', (t) => {
  t.true(explore({ waits: 3, moves: 2, ends: false, atOnce: true }) > 10)
})

test('when the thread ends in the midst of a wait, the home forgets it', (t) => {
  t.true(explore({ waits: 1, moves: 2, ends: true, atOnce: false }) > 500)
  t.true(explore({ waits: 1, moves: 2, ends: true, atOnce: true }) > 20)
})

test('a cancelled wait ends once, as cancelled or completed, and a completed one is not lost', (t) => {
  const runs = explore({ waits: 1, moves: 1 + DEEPER, ends: false, atOnce: false, cancels: true })
  t.true(runs > 500, `${runs} schedules`)
  t.log(`${runs} schedules`)
})

test('cancellation unwinds a thread once: in the wait that it meets, or at the next', (t) => {
  const runs = explore({ waits: 2, moves: 1 + DEEPER, ends: false, atOnce: false, cancels: true })
  t.true(runs > 500, `${runs} schedules`)
  t.log(`${runs} schedules`)
})

test('cancellation meets a wait that is answered at once, or that ends with its thread', (t) => {
  const answered = explore({ waits: 2, moves: 1, ends: false, atOnce: true, cancels: true })
  t.true(answered > 20, `${answered} schedules`)
  const ended = explore({ waits: 1, moves: 1, ends: true, atOnce: false, cancels: true })
  t.true(ended > 500, `${ended} schedules`)
  t.log(`${answered} and ${ended} schedules`)
})
