import type { Kernel } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import { migration } from '../protocol.js'

/**
 * Brings idle and loaded kernels together, at the origin of the processes whose threads they share: so that neither has to look for the other. It
 * holds what each kernel has said last, and introduces each to one at a time.
 */
export class WorkBroker {
  readonly #kernel: Kernel
  readonly #idle = new Set<KernelId>()
  readonly #loaded = new Set<KernelId>()

  constructor(kernel: Kernel) {
    this.#kernel = kernel
    const { messenger, membership } = kernel
    messenger.on(migration.idle, (from) => {
      this.#loaded.delete(from)
      this.#idle.add(from)
      this.#match()
    })
    messenger.on(migration.spare, (from) => {
      this.#idle.delete(from)
      this.#loaded.add(from)
      this.#match()
    })
    messenger.on(migration.decline, (_from, { loaded }) => {
      if (!membership.isAlive(loaded)) return
      this.#loaded.add(loaded)
      this.#match()
    })
    for (const event of ['died', 'left'] as const) {
      membership.events.on(event, ({ id }) => {
        this.#idle.delete(id)
        this.#loaded.delete(id)
      })
    }
  }

  /** No kernel is in both sets. Those that have waited longest come first. */
  #match(): void {
    for (;;) {
      const [idle] = this.#idle
      const [loaded] = this.#loaded
      if (idle === undefined || loaded === undefined) return
      this.#idle.delete(idle)
      this.#loaded.delete(loaded)
      this.#kernel.messenger.send(idle, migration.introduce, { loaded })
    }
  }
}
