import { Outcome, WaitHome, waits, type ThreadId, type WaitOutcome, type WaitRecord } from '@atoll/kernel'
import { message, protocol, u32, type KernelId, type MessageType } from '@atoll/messaging'
import { createHash } from 'node:crypto'
import { ConditionHome } from '../../src/conditions/home.js'
import { conditions } from '../../src/conditions/protocol.js'
import { handleOf } from '../../src/handles.js'
import { LockHome } from '../../src/locks/home.js'
import { LockType } from '../../src/locks/lock.js'
import { attempt, BUSY, relock, unlock } from '../../src/locks/operations.js'
import type { LockKernel } from '../../src/locks/ports.js'
import { locks } from '../../src/locks/protocol.js'
import { LockReplica } from '../../src/locks/replica.js'
import { ModelNet, type Arrival } from './model-net.js'

/**
 * What a thread does, one after another. `section`: locks and unlocks; `nested`: does so twice, one within the other; `try`: if it can at once; `consume`: waits under the lock until there is something, and
 * takes it; `produce`: adds something, and signals; `destroy`: ends the lock.
 */
export type Operation = 'section' | 'nested' | 'try' | 'consume' | 'produce' | 'destroy'

export interface Configuration {
  /** By kernel, 1 …: what its threads do, each a list. The lock and the condition are at home on kernel 1. */
  readonly threads: readonly (readonly (readonly Operation[])[])[]
  readonly recursive?: boolean
  /** How many moves there may be, of any threads. */
  readonly moves?: number
  /** How many waits may be cancelled, or be over by time, which is the same at their home. */
  readonly cancels?: number
  /** Which kernel may die, when no thread is there: else its process ends. What it has sent may arrive, or be lost with it. */
  readonly mayDie?: KernelId
}

const PID = 1
const HOME = 1
const LOCK = handleOf(HOME, 1)
const CONDITION = handleOf(HOME, 2)

const model = protocol('lock-model', 200, { arrive: message(1, { tid: u32 }) })

/** What a thread waits for: `home` of the wait. `ready`: nothing, but others may act before it goes on. */
type Pause = { readonly at: string; readonly home: KernelId; readonly isCancellable?: boolean } | 'ready'
type Steps<T> = Generator<Pause, T, Ending>
type Ending =
  { readonly how: 'value'; readonly value: unknown } | { readonly how: 'cancelled' | 'refused' | 'home gone' }

interface ModelThread {
  readonly tid: ThreadId
  readonly steps: Steps<void>
  kernel: KernelId
  state: 'ready' | 'waiting' | 'leaving' | 'underway' | 'ended'
  pause: Pause
  ending: Ending
  wait: number
  epoch: number
  /** Has the home confirmed the wait? */
  isStanding: boolean
  to: KernelId
  at: string
}

interface ModelRoles {
  readonly kernel: LockKernel
  readonly replica: LockReplica
  readonly home: LockHome
  readonly conditions: ConditionHome
}

const DONE: Ending = { how: 'value', value: undefined }

/** The lock protocol's real code, on kernels that nothing but an explorer drives, with what must be true of it. */
export class Model {
  readonly #net: ModelNet
  readonly #configuration: Configuration
  readonly #roles = new Map<KernelId, ModelRoles>()
  readonly #threads: ModelThread[] = []
  readonly #waitHomes = new Map<KernelId, WaitHome>()
  /** All waits that were registered. */
  readonly #records: WaitRecord[] = []
  /** Who has been told that it holds the lock, how often. */
  readonly #holders = new Map<ThreadId, number>()
  #isDestroyed = false
  #items = 0
  #moves: number
  #cancels: number

  constructor(configuration: Configuration) {
    this.#configuration = configuration
    this.#moves = configuration.moves ?? 0
    this.#cancels = configuration.cancels ?? 0
    const ids = configuration.threads.map((_, at) => at + 1)
    this.#net = new ModelNet(ids)
    for (const id of ids) this.#roles.set(id, this.#kernel(id))
    const home = this.#roles.get(HOME)!
    const type = configuration.recursive ? LockType.recursive : LockType.normal
    home.home.make(LOCK, { pid: PID, type, robust: false })
    home.conditions.make(CONDITION, PID)
    for (const [at, threads] of configuration.threads.entries()) {
      for (const operations of threads) this.#thread(at + 1, operations)
    }
  }

  /** States with the same name are the same state. */
  get name(): string {
    const state = [
      this.#net.snapshot(),
      [...this.#roles].map(([id, { replica, home, conditions }]) =>
        this.#net.dead.has(id) ? null : [replica.snapshot(), home.snapshot(), conditions.snapshot()],
      ),
      this.#threads.map(({ steps: _, ...thread }) => thread),
      [...this.#holders],
      [this.#isDestroyed, this.#items, this.#moves, this.#cancels],
      [...this.#waitHomes].map(([id, { size }]) => [id, size]),
      this.#records.map(({ tid, wait, kernel, epoch, outcome }) => [tid, wait, kernel, epoch, String(outcome?.result)]),
    ]
    return createHash('md5').update(JSON.stringify(state)).digest('base64')
  }

  actions(): Arrival[] {
    const actions = this.#net.arrivals()
    for (const thread of this.#threads) if (this.#isAlive(thread)) actions.push(...this.#actionsOf(thread))
    const { mayDie } = this.#configuration
    if (mayDie === undefined || this.#net.dead.size > 0) return actions
    if (this.#threads.some(({ kernel, to, state }) => state !== 'ended' && (kernel === mayDie || to === mayDie)))
      return actions
    for (const isLost of [false, true]) {
      const act = (): void => {
        this.#net.kill(mayDie, isLost)
      }
      actions.push({ name: `${mayDie} dies${isLost ? ' with what it has sent' : ''}`, at: mayDie, act })
    }
    return actions
  }

  /** What must hold at all times: one thread at most has the lock. */
  check(): void {
    if (this.#holders.size > 1) throw new Error(`threads ${[...this.#holders.keys()].join(' and ')} have the lock`)
    if (this.#holders.size > 0 && this.#isDestroyed) throw new Error('a lock is held that was destroyed')
  }

  /** What must hold when nothing more can happen: everything ends. */
  checkEnd(): void {
    for (const thread of this.#threads) {
      if (this.#isAlive(thread) && thread.state !== 'ended') {
        throw new Error(
          `thread ${thread.tid} is ${thread.state} for ever: ${thread.at}, ${JSON.stringify(thread.pause)}`,
        )
      }
    }
    for (const [id, home] of this.#waitHomes) {
      if (!this.#net.dead.has(id) && home.size > 0) throw new Error(`kernel ${id} keeps ${home.size} waits`)
    }
    if (this.#isDestroyed || this.#net.dead.has(HOME)) return
    const holding = [...this.#roles].filter(([id, { replica }]) => !this.#net.dead.has(id) && replica.get(LOCK)?.here)
    if (holding.length !== 1) throw new Error(`${holding.length} kernels have the token`)
    const owner = holding[0]?.[1].replica.get(LOCK)?.owner
    if (owner !== 0) throw new Error(`thread ${owner} has ended, and has the lock still`)
  }

  #isAlive({ kernel }: ModelThread): boolean {
    return !this.#net.dead.has(kernel)
  }

  #kernel(id: KernelId): ModelRoles {
    const port = this.#net.port(id)
    const { messenger } = port
    const waitHome = new WaitHome(messenger)
    this.#waitHomes.set(id, waitHome)
    const open = waitHome.open.bind(waitHome)
    waitHome.open = (...args) => {
      const record = open(...args)
      this.#records.push(record)
      return record
    }
    const kernel: LockKernel = {
      ...port,
      waitHome,
      encodePlain: (values) => new TextEncoder().encode(JSON.stringify(values)),
      threads: { get: (tid) => this.#threads.find((each) => each.tid === tid && this.#isOn(each, id)) },
    }
    const replica = new LockReplica(kernel)
    const home = new LockHome(kernel, replica)
    messenger.on(waits.registered, (_from, { tid, wait }) => {
      const thread = this.#waiting(id, tid, wait)
      if (thread) thread.isStanding = true
    })
    messenger.on(waits.complete, (from, outcome) => {
      const thread = this.#waiting(id, outcome.tid, outcome.wait)
      if (!thread) return
      messenger.send(from, waits.acknowledge, { tid: outcome.tid, wait: outcome.wait })
      this.#wake(thread, endingOf(outcome))
    })
    messenger.on(model.arrive, (_from, { tid }) => {
      this.#arrive(id, this.#threads[tid - 2])
    })
    port.membership.events.on('died', ({ id: dead }) => {
      replica.gone(dead)
      home.gone(dead)
      for (const thread of this.#threads) {
        if (this.#isOn(thread, id) && thread.state === 'waiting') this.#failIfGone(thread, id)
      }
    })
    return { kernel, replica, home, conditions: new ConditionHome(kernel) }
  }

  #isOn({ kernel, state }: ModelThread, id: KernelId): boolean {
    return kernel === id && state !== 'underway' && state !== 'ended'
  }

  #waiting(id: KernelId, tid: ThreadId, wait: number): ModelThread | undefined {
    return this.#threads.find(
      (each) => each.tid === tid && each.wait === wait && each.state === 'waiting' && this.#isOn(each, id),
    )
  }

  #failIfGone(thread: ModelThread, id: KernelId): void {
    const { pause } = thread
    if (pause !== 'ready' && !this.#roles.get(id)!.kernel.membership.isAlive(pause.home)) {
      this.#wake(thread, { how: 'home gone' })
    }
  }

  #wake(thread: ModelThread, ending: Ending): void {
    thread.state = 'ready'
    thread.ending = ending
  }

  #thread(kernel: KernelId, operations: readonly Operation[]): void {
    const thread: ModelThread = {
      tid: this.#threads.length + 2,
      steps: this.#run(() => thread, operations),
      kernel,
      state: 'ready',
      pause: 'ready',
      ending: DONE,
      wait: 0,
      epoch: 0,
      isStanding: false,
      to: 0,
      at: '',
    }
    this.#threads.push(thread)
  }

  #actionsOf(thread: ModelThread): Arrival[] {
    const { tid, kernel, state, pause } = thread
    const actions: Arrival[] = []
    const add = (name: string, act: () => void): void => {
      actions.push({ name: `${tid} ${name}`, at: kernel, act })
    }
    if (state === 'ready') {
      add('runs', () => {
        this.#go(thread)
      })
    }
    const isSettled = state === 'ready' || (state === 'waiting' && thread.isStanding)
    if (this.#moves > 0 && isSettled && thread.to === 0) {
      const to = (kernel % this.#net.ids.length) + 1
      if (!this.#net.dead.has(to)) {
        add(`leaves for ${to}`, () => {
          this.#moves--
          thread.to = to
          this.#leave(thread, to)
        })
      }
    }
    if (this.#cancels > 0 && state === 'waiting' && pause !== 'ready' && pause.isCancellable === true) {
      add('is cancelled', () => {
        this.#cancels--
        this.#roles.get(kernel)!.kernel.messenger.send(pause.home, waits.cancel, { tid, wait: thread.wait })
      })
    }
    return actions
  }

  #go(thread: ModelThread): void {
    const { done, value } = thread.steps.next(thread.ending)
    thread.ending = DONE
    if (done) {
      thread.state = 'ended'
      return
    }
    thread.pause = value
    thread.state = value === 'ready' ? 'ready' : 'waiting'
    if (value !== 'ready') this.#failIfGone(thread, thread.kernel)
  }

  /** As the mover does: a thread goes once nobody thinks that it holds something here; one that waits here may have been granted it meanwhile. */
  #leave(thread: ModelThread, to: KernelId): void {
    const { replica, kernel } = this.#roles.get(thread.kernel)!
    const before = thread.state
    if (replica.keeps(thread.tid)) {
      if (before === 'ready') thread.state = 'leaving' // it does not run meanwhile
      replica.settle(thread.tid, () => {
        if (thread.state === 'leaving') thread.state = 'ready'
        const isUnsettled = thread.state === 'ended' || (thread.state === 'waiting' && !thread.isStanding)
        if (isUnsettled)
          thread.to = 0 // it has run since
        else this.#leave(thread, to)
      })
      return
    }
    thread.at = `${thread.state === 'waiting' ? 'waiting' : 'ready'}`
    thread.state = 'underway'
    kernel.messenger.send(to, model.arrive, { tid: thread.tid })
  }

  #arrive(id: KernelId, thread: ModelThread): void {
    thread.state = thread.at as 'waiting' | 'ready'
    thread.kernel = id
    thread.to = 0
    thread.epoch++
    const { pause, tid, wait, epoch } = thread
    if (thread.state !== 'waiting' || pause === 'ready') return
    const { messenger, membership } = this.#roles.get(id)!.kernel
    if (membership.isAlive(pause.home)) messenger.send(pause.home, waits.rebind, { tid, fiber: 0, wait, epoch })
    else this.#wake(thread, { how: 'home gone' })
  }

  *#run(self: () => ModelThread, operations: readonly Operation[]): Steps<void> {
    for (const [number, operation] of operations.entries()) {
      self().at = `${operation} ${number}`
      yield* this.#operate(self(), operation)
      yield 'ready'
    }
  }

  *#operate(thread: ModelThread, operation: Operation): Steps<void> {
    switch (operation) {
      case 'section':
        yield* this.#section(thread)
        return
      case 'nested':
        if (!(yield* this.#lock(thread, true))) return
        yield* this.#section(thread)
        yield* this.#unlock(thread)
        return
      case 'try':
        if (!(yield* this.#try(thread, 0))) return
        yield 'ready'
        yield* this.#unlock(thread)
        return
      case 'destroy':
        yield* this.#destroy(thread)
        return
      case 'produce':
        if (!(yield* this.#lock(thread, false))) return
        this.#items++
        yield* this.#ask(thread, HOME, conditions.signal, { handle: CONDITION, all: false })
        yield* this.#unlock(thread)
        return
      case 'consume':
        yield* this.#consume(thread)
        return
      default:
        return operation satisfies never
    }
  }

  *#section(thread: ModelThread): Steps<void> {
    if (!(yield* this.#lock(thread, true))) return
    yield 'ready'
    yield* this.#unlock(thread)
  }

  *#consume(thread: ModelThread): Steps<void> {
    if (!(yield* this.#lock(thread, false))) return
    while (this.#items === 0) {
      const entered = yield* this.#ask(thread, HOME, conditions.enter, { handle: CONDITION, lock: LOCK })
      if (entered.how !== 'value') break
      yield* this.#unlock(thread)
      const ticket = { handle: CONDITION, ticket: entered.value as number }
      const { how } = yield* this.#ask(thread, HOME, conditions.await, ticket, true)
      if (!(yield* this.#lock(thread, false))) return
      if (how !== 'value') {
        yield* this.#unlock(thread) // cancelled, or its time is up: it does without
        return
      }
    }
    if (this.#items > 0) this.#items--
    yield* this.#unlock(thread)
  }

  /** As `calls.ts` has it. Returns whether the thread holds the lock. */
  *#lock(thread: ModelThread, isCancellable: boolean): Steps<boolean> {
    let after: KernelId | null = null
    for (;;) {
      const { replica } = this.#roles.get(thread.kernel)!
      const known = replica.get(LOCK)
      if (after === null && known?.here) {
        if (known.owner === 0) return this.#got(thread, attempt(known, thread.tid))
        const answer = known.owner === thread.tid ? relock(known) : null
        if (answer) return this.#got(thread, 0)
      }
      if (known?.isOrphan) return false
      if (after !== null || !known || (!known.here && known.type !== LockType.normal && thread.kernel !== HOME)) {
        const entered: Ending = yield* this.#ask(thread, HOME, locks.enter, { handle: LOCK, after: after ?? 0 })
        if (entered.how !== 'value') return false
        const [pid, type, robust, health] = entered.value as [number, number, boolean, number | null]
        if (health !== null) return this.#got(thread, health)
        const here = this.#roles.get(thread.kernel)!
        const now = here.replica.know(LOCK, HOME, { pid, type, robust })
        if (!here.kernel.membership.isAlive(HOME)) return false
        if (now.here && now.owner === 0) return this.#got(thread, attempt(now, thread.tid))
      }
      const home = thread.kernel
      const place = this.#roles.get(home)!.replica
      thread.wait++
      thread.isStanding = true
      place.enqueue(place.get(LOCK)!, { pid: PID, tid: thread.tid, fiber: 0, wait: thread.wait })
      const waited: Ending = yield { at: 'lock', home, isCancellable }
      if (waited.how === 'value') return this.#got(thread, waited.value as number)
      if (waited.how === 'cancelled') return yield* this.#try(thread, home)
      if (waited.how !== 'home gone' || this.#roles.get(thread.kernel)!.kernel.membership.isAlive(home)) return false
      after = home
    }
  }

  *#try(thread: ModelThread, waitedAt: KernelId): Steps<boolean> {
    const known = this.#roles.get(thread.kernel)!.replica.get(LOCK)
    if (known?.here && (waitedAt === 0 || waitedAt === thread.kernel)) {
      const health = attempt(known, thread.tid)
      return health !== BUSY && this.#got(thread, health)
    }
    const tried = yield* this.#ask(thread, HOME, locks.attempt, { handle: LOCK, waitedAt })
    return tried.how === 'value' && tried.value !== BUSY && this.#got(thread, 0)
  }

  *#unlock(thread: ModelThread): Steps<void> {
    const times = this.#holders.get(thread.tid)! - 1
    if (times === 0) this.#holders.delete(thread.tid)
    else this.#holders.set(thread.tid, times)
    const { replica } = this.#roles.get(thread.kernel)!
    const known = replica.get(LOCK)
    if (known?.here && known.owner === thread.tid) {
      unlock(replica, known)
      return
    }
    const { how } = yield* this.#ask(thread, HOME, locks.unlock, { handle: LOCK })
    if (how === 'refused') throw new Error(`thread ${thread.tid} may not unlock what it has locked`)
  }

  *#destroy(thread: ModelThread): Steps<void> {
    const { how } = yield* this.#ask(thread, HOME, locks.destroy, { handle: LOCK })
    if (how === 'value') this.#isDestroyed = true
  }

  *#ask<M>(
    thread: ModelThread,
    home: KernelId,
    type: MessageType<M>,
    query: object,
    isCancellable = false,
  ): Steps<Ending> {
    thread.wait++
    thread.isStanding = false
    const { messenger, membership } = this.#roles.get(thread.kernel)!.kernel
    const call = { ...query, pid: PID, tid: thread.tid, fiber: 0, wait: thread.wait }
    if (membership.isAlive(home)) messenger.send(home, type, call as unknown as M & object)
    return yield { at: type.name, home, isCancellable }
  }

  #got(thread: ModelThread, health: number): boolean {
    if (health !== 0) throw new Error(`a lock whose owners live has health ${health}`)
    this.#holders.set(thread.tid, (this.#holders.get(thread.tid) ?? 0) + 1)
    return true
  }
}

function endingOf({ outcome, result }: WaitOutcome): Ending {
  if (outcome === Outcome.cancelled) return { how: 'cancelled' }
  if (outcome === Outcome.error) return { how: 'refused' }
  return { how: 'value', value: (JSON.parse(new TextDecoder().decode(result)) as unknown[])[0] }
}

/**
 * Tries every order of events. A run follows choices from the beginning; a state that was met before is left at once, for what can follow has been tried.
 * Returns the number of different states.
 */
export function explore(configuration: Configuration, limit = Infinity): number {
  const met = new Set<string>()
  let choices: number[] = []
  for (;;) {
    const widths: number[] = []
    const names: string[] = []
    const run = new Model(configuration)
    try {
      for (let step = 0; ; step++) {
        const actions = run.actions()
        run.check()
        if (step >= choices.length) {
          const { name } = run
          if (met.has(name)) break
          met.add(name)
        }
        const action = actions[choices[step] ?? 0]
        if (!action) {
          run.checkEnd()
          break
        }
        widths.push(actions.length)
        names.push(action.name)
        action.act()
      }
    } catch (error) {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
      throw new Error(`${what}\nafter\n  ${names.join('\n  ')}`, { cause: error })
    }
    if (met.size >= limit) return met.size
    choices = widths.map((_, step) => choices[step] ?? 0)
    while (choices.length > 0 && choices.at(-1)! + 1 >= widths[choices.length - 1]) choices.pop()
    if (choices.length === 0) return met.size
    choices.push(choices.pop()! + 1)
  }
}
