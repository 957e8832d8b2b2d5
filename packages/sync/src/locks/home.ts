import type { ThreadId, WaitRequest } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import { serveCall, type Answer, type Answering } from '../answering.js'
import { Health, type Lock, type LockFacts } from './lock.js'
import { attempt, BUSY, IN_USE, mend, NO_LOCK, NOT_OWNER, relock, unlock } from './operations.js'
import type { LockKernel } from './ports.js'
import { locks } from './protocol.js'
import type { LockReplica } from './replica.js'

/** Who holds a lock, how often beyond once, and what is wrong with it. */
export interface Holding {
  readonly owner: ThreadId
  readonly depth: number
  readonly health: number
}

/** A lock at its home. */
interface Entry {
  readonly lock: Lock
  /** Where the token is, or is on its way to. While it is here, the kernel's own `Lock` tells the rest. */
  at: KernelId
  /** Kernels that wait for it, first come first served. */
  readonly wanting: KernelId[]
  /** Has it been recalled from there? */
  isRecalled: boolean
  /** Kernels that know of the lock. */
  readonly sharers: Set<KernelId>
}

/** Who calls. */
type Caller = Pick<WaitRequest, 'pid' | 'tid'>

/** Locks that are at home on one kernel: where their tokens are, and which kernels wait for them. */
export class LockHome {
  readonly #kernel: LockKernel
  readonly #replica: LockReplica
  readonly #entries = new Map<number, Entry>()
  /** What goes on once a kernel, of whose death others know already, is known to be dead here, too. */
  #mourners: { readonly dead: KernelId; readonly then: () => void }[] = []

  constructor(kernel: LockKernel, replica: LockReplica) {
    this.#kernel = kernel
    this.#replica = replica
    replica.home = this
    const { messenger } = kernel
    messenger.on(locks.want, (from, { handle }) => {
      this.want(from, handle)
    })
    messenger.on(locks.giveBack, (from, { handle, health, wants }) => {
      this.returned(from, handle, { owner: 0, depth: 0, health }, wants)
    })
    messenger.serve(locks.deposit, (from, { handle, owner, depth, health, wants }, reply) => {
      this.returned(from, handle, { owner, depth, health }, wants)
      reply({})
    })
    this.#serveCalls()
  }

  /** A new lock, which nobody holds. */
  make(handle: number, facts: LockFacts): void {
    const { id } = this.#kernel
    const lock = this.#replica.know(handle, id, facts)
    lock.here = true
    this.#entries.set(handle, { lock, at: id, wanting: [], isRecalled: false, sharers: new Set() })
  }

  /** Threads of kernel `from` wait for the lock. */
  want(from: KernelId, handle: number): void {
    const entry = this.#entries.get(handle)
    if (!entry) {
      this.#kernel.messenger.send(from, locks.gone, { handle })
      return
    }
    entry.sharers.add(from)
    if (entry.at === from || entry.wanting.includes(from)) return // said before, or on its way there
    entry.wanting.push(from)
    this.#serve(entry)
  }

  /** The token has come home from kernel `from`. */
  returned(from: KernelId, handle: number, { owner, depth, health }: Holding, wants: boolean): void {
    const entry = this.#entries.get(handle)
    if (!entry) return // its process has ended
    const { lock, wanting } = entry
    entry.at = this.#kernel.id
    entry.isRecalled = false
    if (wants && !wanting.includes(from)) wanting.push(from)
    lock.health = health
    lock.owner = owner
    lock.depth = depth
    if (owner === 0) this.#hand(entry)
    else this.#keep(entry)
  }

  /**
   * A thread asks for the lock before it waits on its own kernel: `[pid, type, robust, health]`; `health` is `null` if it has to wait. If it holds the lock, that is once more; but if it has
   * waited on kernel `after`, which has died (0: on none), it may have got the lock there without having heard of it.
   */
  enter(handle: number, { pid, tid }: Caller, after: KernelId, done: Answering): void {
    if (after !== 0 && this.#kernel.membership.isAlive(after)) {
      // What that kernel has told of the lock may be under way still.
      this.#mourners.push({
        dead: after,
        then: () => {
          this.enter(handle, { pid, tid }, after, done)
        },
      })
      return
    }
    const lock = this.#lockOf(handle, pid)
    if (!lock) {
      done(NO_LOCK)
      return
    }
    const isOwner = lock.here && lock.owner === tid
    const answer: Answer | null = isOwner ? (after === 0 ? relock(lock) : { value: lock.health }) : null
    if (answer && 'code' in answer) done(answer)
    else done({ value: [lock.pid, lock.type, lock.robust, answer ? answer.value : null] })
  }

  /**
   * Takes the lock for a thread if it can have it at once: see `attempt`. If the thread has waited on kernel `waitedAt` until its time was up, it may have been granted the lock there
   * meanwhile, having moved: what that kernel has told of it comes ahead of its reply.
   */
  attempt(handle: number, caller: Caller, waitedAt: KernelId, done: Answering): void {
    const { id, membership, messenger } = this.#kernel
    if (waitedAt === 0 || waitedAt === id || !membership.isAlive(waitedAt)) {
      this.#attempt(handle, caller, waitedAt !== 0, done)
      return
    }
    messenger.request(waitedAt, locks.probe, { handle }, () => {
      this.#attempt(handle, caller, true, done)
    })
  }

  /** Ends a lock that nobody uses. */
  destroy(handle: number, pid: ThreadId, done: Answering): void {
    this.#whereFree(handle, pid, (entry) => {
      if (!entry) done(NO_LOCK)
      else if (!entry.lock.here || entry.lock.owner !== 0 || entry.wanting.length > 0) done(IN_USE)
      else {
        this.#remove(entry)
        done({ value: undefined })
      }
    })
  }

  /** The owner, whose token is here, does something to the lock. */
  asOwner(handle: number, { pid, tid }: Caller, act: (lock: Lock) => Answer): Answer {
    const lock = this.#lockOf(handle, pid)
    if (!lock) return NO_LOCK
    return lock.here && lock.owner === tid ? act(lock) : NOT_OWNER
  }

  /** The process has ended. */
  forget(pid: ThreadId): void {
    for (const [handle, { lock }] of this.#entries) if (lock.pid === pid) this.#entries.delete(handle)
  }

  /**
   * A kernel has died or left. Of a token that it had only its threads can have held the lock. A process that had threads there has ended: of its own locks
   * nobody held this one. Of one that processes share nobody knows.
   */
  gone(id: KernelId): void {
    for (const entry of this.#entries.values()) {
      const { lock, wanting } = entry
      entry.sharers.delete(id)
      const place = wanting.indexOf(id)
      if (place >= 0) wanting.splice(place, 1)
      if (entry.at !== id) continue
      const { health } = lock
      const isUnsure = lock.pid === 0 && health === Health.fine
      const now = !isUnsure ? health : lock.robust ? Health.ownerDied : Health.lost
      this.returned(id, lock.handle, { owner: 0, depth: 0, health: now }, false)
    }
    const due = this.#mourners.filter(({ dead }) => dead === id)
    this.#mourners = this.#mourners.filter(({ dead }) => dead !== id)
    for (const { then } of due) then()
  }

  /** The state as data, to be shown and compared. */
  snapshot(): unknown {
    return [...this.#entries.values()].map(({ at, wanting, isRecalled, sharers }) => [
      at,
      wanting,
      isRecalled,
      [...sharers].sort(),
    ])
  }

  #attempt(handle: number, { pid, tid }: Caller, hasWaited: boolean, done: Answering): void {
    this.#whereFree(handle, pid, (entry) => {
      if (!entry) done(NO_LOCK)
      else if (!entry.lock.here) done({ value: BUSY })
      else if (hasWaited && entry.lock.owner === tid) done({ value: entry.lock.health })
      else done({ value: attempt(entry.lock, tid) })
    })
  }

  #lockOf(handle: number, pid: ThreadId): Lock | undefined {
    const lock = this.#entries.get(handle)?.lock
    return lock && (lock.pid === pid || lock.pid === 0) ? lock : undefined
  }

  /** Calls `then` when the token is here if nobody holds the lock elsewhere; with `null` if there is no such lock (any more). */
  #whereFree(handle: number, pid: ThreadId, then: (entry: Entry | null) => void): void {
    const find = (): Entry | null => (this.#lockOf(handle, pid) ? (this.#entries.get(handle) ?? null) : null)
    const entry = find()
    if (!entry || entry.at === this.#kernel.id) {
      then(entry)
      return
    }
    this.#kernel.messenger.request(entry.at, locks.probe, { handle }, () => {
      then(find()) // if that kernel has died meanwhile, the token is here again, or will be: then the lock counts as in use
    })
  }

  #serve(entry: Entry): void {
    const { lock, at, wanting } = entry
    if (wanting.length === 0) return
    if (at !== this.#kernel.id) {
      if (entry.isRecalled) return
      entry.isRecalled = true
      this.#kernel.messenger.send(at, locks.recall, { handle: lock.handle })
    } else if (lock.owner !== 0) this.#recallHere(lock)
    else this.#hand(entry)
  }

  #recallHere(lock: Lock): void {
    if (lock.isRecalled) return
    lock.isRecalled = true
    lock.handOvers = 0
  }

  /** The token is here, and nobody holds the lock: whose turn is it? */
  #hand(entry: Entry): void {
    const { lock, wanting } = entry
    const next = wanting.shift()
    if (next === undefined || next === this.#kernel.id) {
      this.#keepFree(entry)
      return
    }
    const { handle, pid, type, robust, health } = lock
    lock.here = false
    entry.at = next
    this.#kernel.messenger.send(next, locks.token, { handle, pid, type, robust, health, more: wanting.length > 0 })
  }

  #keepFree(entry: Entry): void {
    this.#keep(entry)
    this.#replica.pass(entry.lock)
  }

  /** The token stays at home: threads that wait here take part without being in line. */
  #keep({ lock, wanting }: Entry): void {
    const place = wanting.indexOf(this.#kernel.id)
    if (place >= 0) wanting.splice(place, 1)
    lock.here = true
    lock.isAsked = false
    lock.isRecalled = wanting.length > 0
    lock.handOvers = 0
  }

  #remove({ lock, sharers }: Entry): void {
    const { handle } = lock
    this.#entries.delete(handle)
    this.#replica.drop(handle, 'EINVAL', 'the lock has been destroyed')
    for (const kernel of sharers) this.#kernel.messenger.send(kernel, locks.gone, { handle })
  }

  #serveCalls(): void {
    const { waitHome } = this.#kernel
    waitHome.serve(locks.enter, (from, call) => {
      this.#entries.get(call.handle)?.sharers.add(from)
      serveCall(this.#kernel, from, call, (done) => {
        this.enter(call.handle, call, call.after, done)
      })
    })
    waitHome.serve(locks.attempt, (from, call) => {
      serveCall(this.#kernel, from, call, (done) => {
        this.attempt(call.handle, call, call.waitedAt, done)
      })
    })
    waitHome.serve(locks.destroy, (from, call) => {
      serveCall(this.#kernel, from, call, (done) => {
        this.destroy(call.handle, call.pid, done)
      })
    })
    waitHome.serve(locks.unlock, (from, call) => {
      serveCall(this.#kernel, from, call, (done) => {
        done(this.asOwner(call.handle, call, (lock) => this.#unlock(lock)))
      })
    })
    waitHome.serve(locks.mend, (from, call) => {
      serveCall(this.#kernel, from, call, (done) => {
        done(this.asOwner(call.handle, call, mend))
      })
    })
  }

  #unlock(lock: Lock): Answer {
    unlock(this.#replica, lock)
    return { value: undefined }
  }
}
