import type { Kernel } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import { migration } from '../protocol.js'

/**
 * Brings idle and loaded kernels together, at the origin of the processes whose threads they share: so that neither has to look for the other. It
 * holds what each kernel has said last, and introduces each to one at a time. A kernel that has said nothing, because it has never hosted such a
 * process, is taken to be idle once: from then on it knows whom to tell.
 */
export class WorkBroker {
  readonly #kernel: Kernel
  readonly #idle = new Set<KernelId>()
  readonly #loaded = new Set<KernelId>()
  /** Those that know that there is a broker here. */
  readonly #acquainted = new Set<KernelId>()

  constructor(kernel: Kernel) {
    this.#kernel = kernel
    const { messenger, membership } = kernel
    messenger.on(migration.idle, (from) => {
      this.#acquainted.add(from)
      this.#loaded.delete(from)
      this.#idle.add(from)
      this.#match()
    })
    messenger.on(migration.spare, (from) => {
      this.#acquainted.add(from)
      this.#idle.delete(from)
      this.#loaded.add(from)
      this.#match()
    })
    messenger.on(migration.decline, (_from, { loaded }) => {
      if (!membership.isAlive(loaded) || this.#idle.has(loaded)) return
      this.#loaded.add(loaded)
      this.#match()
    })
    for (const event of ['died', 'left'] as const) {
      membership.events.on(event, ({ id }) => {
        this.#idle.delete(id)
        this.#loaded.delete(id)
        this.#acquainted.delete(id)
      })
    }
    membership.events.on('joined', () => {
      this.#match()
    })
  }

  /** No kernel is in both sets. Those that have waited longest come first. */
  #match(): void {
    for (;;) {
      const [loaded] = this.#loaded
      if (loaded === undefined) return
      const [idle = this.#stranger()] = this.#idle
      if (idle === undefined) return
      this.#idle.delete(idle)
      this.#loaded.delete(loaded)
      this.#acquainted.add(idle)
      this.#kernel.messenger.send(idle, migration.introduce, { loaded })
    }
  }

  /** A kernel that has never hosted a balanced process of this origin. */
  #stranger(): KernelId | undefined {
    return this.#kernel.membership.alive().find(({ id }) => !this.#acquainted.has(id))?.id
  }
}
