import test from 'ava'
import { message, protocol, u32, type KernelId } from '@atoll/messaging'
import { registers } from '../../src/frames/registers.js'
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
 * and 3 meanwhile. Every order is tried in which messages can arrive, the wait can end, and the thread can move or end. What is
 * explored is the real thing: WaitHome, Waiters, homeWaitCode and the messengers.
 */

/** One more move takes ten times as long: a soak has the time. */
const DEEPER = process.env['ATOLL_SIM_SEEDS'] === undefined ? 0 : 1

const HOME = 1
const TID = 7

const model = protocol('wait-model', 200, {
  request: message(1, { ...waitReference, answered: u32 }),
  arrive: message(2, { epoch: u32, fiberState: u32, wait: u32, lastWait: u32, blocked: u32 }),
})

const MODEL_WAIT = homeWaitCode<{ answered: number }>('model-wait', {
  slots: ['answered'],
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
  #movesLeft: number
  #waitsLeft: number
  #isEnded = false

  constructor(configuration: Configuration) {
    this.#configuration = configuration
    this.#movesLeft = configuration.moves
    this.#waitsLeft = configuration.waits
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
  }

  #threadActions(kernel: ModelKernel, thread: Thread): Action[] {
    const { main } = thread
    const actions: Action[] = []
    if (this.#movesLeft > 0 && !kernel.waiters.isUnconfirmed(main)) {
      actions.push({ name: 'move', act: () => this.#move(kernel, thread) })
    }
    if (this.#configuration.ends) actions.push({ name: 'end', act: () => this.#end(kernel, thread) })
    if (main.state === 'ready' && this.#waitsLeft > 0) {
      actions.push({ name: 'wait', act: () => this.#wait(kernel, thread) })
    }
    return actions
  }

  #complete(record: WaitRecord): void {
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
      resolveWait: (fiber: Fiber, { result }: { result: Uint8Array }) => {
        fiber.state = 'ready'
        fiber.wait = 0
        fiber.top = null
        this.outcomes.push(result[0])
      },
    }
    const waiters = new Waiters(kernel as unknown as Kernel)
    const complete = Object.assign(kernel, { waiters })
    messenger.on(model.arrive, (_from, { epoch, wait, lastWait, blocked }) => {
      const thread = this.#begin(complete)
      Object.assign(thread, { epoch, lastWait })
      if (blocked === 0) return
      thread.main.state = 'blocked'
      thread.main.wait = wait
      thread.main.top = { $f: MODEL_WAIT, $p: 0, $c: null, home: HOME, answered: 0 }
      MODEL_WAIT.register(thread.main.top, thread.main, complete as unknown as Kernel, true)
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
    block(kernel as unknown as Kernel, { $f: MODEL_WAIT, $p: 0, $c: null, home: HOME, answered })
    thread.main.top = registers.head
    registers.fiber = registers.head = registers.tail = null
  }

  #move(kernel: ModelKernel, thread: Thread): void {
    this.#movesLeft--
    const { main, lastWait } = thread
    const to = kernel.id === 2 ? 3 : 2
    const blocked = main.state === 'blocked' ? 1 : 0
    this.#leave(kernel, thread, false)
    const image = { epoch: thread.epoch + 1, fiberState: 0, wait: main.wait, lastWait, blocked }
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
