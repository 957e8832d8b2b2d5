import { Outcome, refusal, type ThreadId, type WaitOutcome, type WaitRequest } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import type { LockHome } from './home.js'
import { Health, Lock, type LockFacts, type Waiter } from './lock.js'
import type { LockKernel } from './ports.js'
import { locks } from './protocol.js'

/** So many threads of one kernel may have a lock, one after the other, while another kernel waits for it. */
export const HAND_OVERS_MAX = 32

/** Locks as the threads of one kernel use them: who has them here, and who waits here. */
export class LockReplica {
  readonly #kernel: LockKernel
  readonly #locks = new Map<number, Lock>()
  /** Those whose tokens are here, away from home. */
  readonly #guests = new Set<Lock>()
  /** Locks that are at home on this kernel. Set by who makes both. */
  home: LockHome | null = null

  constructor(kernel: LockKernel) {
    this.#kernel = kernel
    const { messenger } = kernel
    messenger.on(locks.token, (from, { handle, pid, type, robust, health, more }) => {
      this.#arrived(this.know(handle, from, { pid, type, robust }), health, more)
    })
    messenger.on(locks.recall, (_from, { handle }) => {
      this.#recalled(handle)
    })
    messenger.serve(locks.probe, (_from, { handle }, reply) => {
      const lock = this.#locks.get(handle)
      if (lock?.here && lock.owner === 0) this.#giveBack(lock)
      reply({})
    })
    messenger.on(locks.gone, (_from, { handle }) => {
      this.drop(handle, 'EINVAL', 'there is no such lock: it was never made, or it has been destroyed')
    })
  }

  /** The lock of this name, as far as it is known here. */
  get(handle: number): Lock | undefined {
    return this.#locks.get(handle)
  }

  /** The same, made known by now. */
  know(handle: number, home: KernelId, facts: LockFacts): Lock {
    const known = this.#locks.get(handle)
    if (known) return known
    const lock = new Lock(handle, home, facts)
    this.#locks.set(handle, lock)
    return lock
  }

  /** The thread that calls waits, on this kernel, for a lock that it can't have at once. */
  enqueue(lock: Lock, request: WaitRequest): void {
    const { waitHome, id } = this.#kernel
    const waiter: Waiter = {
      record: waitHome.open(id, request, () => {
        waiter.isGone = true
        const at = lock.queue.indexOf(waiter)
        if (at >= 0) lock.queue.splice(at, 1)
      }),
      isGone: false,
    }
    lock.queue.push(waiter)
    if (!lock.here && !lock.isAsked) this.#want(lock)
  }

  /** The owner has let go of the lock, whose token is here. */
  release(lock: Lock): void {
    lock.owner = 0
    lock.depth = 0
    if (lock.health === Health.ownerDied) lock.health = Health.unrecoverable
    this.pass(lock)
  }

  /** The token is here, and nobody holds the lock: whose turn is it? */
  pass(lock: Lock): void {
    for (;;) {
      const isDue = lock.isRecalled && (lock.queue.length === 0 || lock.handOvers >= HAND_OVERS_MAX)
      if (isDue) {
        this.#giveBack(lock)
        return
      }
      const next = lock.queue.shift()
      if (next === undefined) return
      if (lock.isRecalled) lock.handOvers++
      if (isUsable(lock)) {
        this.#grant(lock, next)
        return
      }
      this.#complete(next, lock.health)
    }
  }

  /** Does the thread hold a lock whose token is a guest here? Then others must know before it leaves. */
  keeps(tid: ThreadId): boolean {
    if (this.#guests.size === 0) return false
    for (const { owner } of this.#guests) if (owner === tid) return true
    return false
  }

  /** Gives the tokens of what the thread holds to their homes. Calls `done` when these have them. */
  settle(tid: ThreadId, done: () => void): void {
    const held = [...this.#guests].filter(({ owner }) => owner === tid)
    let left = held.length
    const settled = (): void => {
      if (--left === 0) done()
    }
    for (const lock of held) this.#deposit(lock, tid, settled)
  }

  /** The lock is no more. Who waits for it here fails. */
  drop(handle: number, code: 'EINVAL' | 'EIO', explanation: string): void {
    const lock = this.#locks.get(handle)
    if (!lock) return
    this.#locks.delete(handle)
    this.#guests.delete(lock)
    this.#failAll(lock, refusal(code, explanation))
  }

  /** The process has ended: its locks with it. */
  forget(pid: ThreadId): void {
    for (const lock of this.#locks.values()) {
      if (lock.pid !== pid) continue
      this.#locks.delete(lock.handle)
      this.#guests.delete(lock)
    }
  }

  /** A kernel has died or left: nobody hands on the locks that it was the home of. Who holds one here can let go of it. */
  gone(id: KernelId): void {
    for (const lock of this.#locks.values()) {
      if (lock.home !== id) continue
      lock.isOrphan = true
      lock.isRecalled = false
      this.#guests.delete(lock)
      this.#failAll(lock, refusal('EIO', homeIsGone(lock)))
    }
  }

  /** The state as data, to be shown and compared. */
  snapshot(): unknown {
    return [...this.#locks.values()].map((lock) => ({
      ...lock,
      queue: lock.queue.map(({ record: { tid, wait, kernel } }) => [tid, wait, kernel]),
    }))
  }

  #failAll(lock: Lock, outcome: WaitOutcome): void {
    for (const { record } of lock.queue.splice(0)) this.#kernel.waitHome.complete(record, outcome)
  }

  #want(lock: Lock): void {
    lock.isAsked = true
    if (lock.home === this.#kernel.id) this.home?.want(lock.home, lock.handle)
    else this.#kernel.messenger.send(lock.home, locks.want, { handle: lock.handle })
  }

  #arrived(lock: Lock, health: number, isRecalled: boolean): void {
    lock.here = true
    lock.owner = 0
    lock.depth = 0
    lock.health = health
    lock.isAsked = false
    lock.isRecalled = isRecalled
    lock.handOvers = 0
    this.#guests.add(lock)
    this.pass(lock)
  }

  #recalled(handle: number): void {
    const lock = this.#locks.get(handle)
    if (!lock?.here || lock.isRecalled) return // it is on its way home already
    lock.isRecalled = true
    lock.handOvers = 0
    if (lock.owner === 0) this.#giveBack(lock)
  }

  #giveBack(lock: Lock): void {
    const { handle, home, health } = lock
    const wants = this.#leaves(lock)
    if (home === this.#kernel.id) this.home?.returned(home, handle, { owner: 0, depth: 0, health }, wants)
    else this.#kernel.messenger.send(home, locks.giveBack, { handle, health, wants })
  }

  /** The token leaves. Returns whether threads wait for it here still. */
  #leaves(lock: Lock): boolean {
    lock.here = false
    lock.isRecalled = false
    this.#guests.delete(lock)
    return (lock.isAsked = lock.queue.length > 0)
  }

  /**
   * Away from home only threads of this kernel hold a lock, so that the home knows of all others, whatever dies: a waiter that has moved gets the lock
   * once the token is at home.
   */
  #grant(lock: Lock, waiter: Waiter): void {
    const { tid } = waiter.record
    if (lock.home === this.#kernel.id || this.#kernel.threads.get(tid) !== undefined) {
      lock.owner = tid
      this.#complete(waiter, lock.health)
      return
    }
    const { health } = lock
    this.#deposit(lock, tid, (error) => {
      if (waiter.isGone) return // its time is up, and it asks the home, which knows by now
      if (error) this.#kernel.waitHome.complete(waiter.record, refusal('EIO', homeIsGone(lock)))
      else this.#complete(waiter, health)
    })
  }

  #deposit(lock: Lock, owner: ThreadId, done: (error: Error | null) => void): void {
    const { handle, home, depth, health } = lock
    const wants = this.#leaves(lock)
    this.#kernel.messenger.request(home, locks.deposit, { handle, owner, depth, health, wants }, (error, _reply) => {
      done(error)
    })
  }

  #complete({ record }: Waiter, health: number): void {
    const result = this.#kernel.encodePlain([health])
    this.#kernel.waitHome.complete(record, { outcome: Outcome.value, result })
  }
}

/** Can whoever gets the lock hold it? */
export const isUsable = ({ health }: Lock): boolean => health === Health.fine || health === Health.ownerDied

/** Why a lock whose home is gone can't be had. */
export const homeIsGone = ({ home }: Lock): string => `kernel ${home}, the home of the lock, has died or left`
