import type { Kernel, SynchronizationService, Thread, ThreadId } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import { ConditionHome } from './conditions/home.js'
import { conditionHandle, handleOf } from './handles.js'
import { LockHome } from './locks/home.js'
import type { LockFacts } from './locks/lock.js'
import { LockReplica } from './locks/replica.js'

/** The synchronization service of one kernel. */
export class SyncService implements SynchronizationService {
  /** @internal Locks as this kernel's threads use them. */
  readonly locks: LockReplica
  /** @internal The home's side of locks. */
  readonly lockHome: LockHome
  /** @internal The home's side of condition variables. */
  readonly conditions: ConditionHome
  readonly #kernel: Kernel
  /** How many objects were made here. */
  #made = 0

  /** Installs the service. */
  constructor(kernel: Kernel) {
    this.#kernel = kernel
    this.locks = new LockReplica(kernel)
    this.lockHome = new LockHome(kernel, this.locks)
    this.conditions = new ConditionHome(kernel)
    kernel.synchronization = this
    kernel.onProcessEnd((pid) => {
      this.locks.forget(pid)
      this.lockHome.forget(pid)
      this.conditions.forget(pid)
    })
    const gone = ({ id }: { readonly id: KernelId }): void => {
      this.locks.gone(id)
      this.lockHome.gone(id)
    }
    kernel.membership.events.on('died', gone)
    kernel.membership.events.on('left', gone)
  }

  keeps({ tid }: Thread): boolean {
    return this.locks.keeps(tid)
  }

  settle({ tid }: Thread, done: () => void): void {
    this.locks.settle(tid, done)
  }

  /** Makes a lock, at home here; returns its handle. */
  makeLock(facts: LockFacts): number {
    const handle = handleOf(this.#kernel.id, ++this.#made)
    this.lockHome.make(handle, facts)
    return handle
  }

  /** Makes a condition variable, at home here, whose times are on `clock` (0 or 1); returns its handle. */
  makeCondition(pid: ThreadId, clock: number): number {
    const handle = conditionHandle(this.#kernel.id, ++this.#made, clock)
    this.conditions.make(handle, pid)
    return handle
  }
}

/** The service that was installed on this kernel. */
export function syncService({ synchronization, id }: Kernel): SyncService {
  if (synchronization instanceof SyncService) return synchronization
  throw new Error(`kernel ${id} was booted without its synchronization service`)
}
