import type { KernelId } from '../kernel-id.js'
import type { DownReason } from '../link/link.js'
import type { Messenger } from '../messenger/messenger.js'

/**
 * Puts a member's departure after everything that it sent: the messenger is told, and when the link has delivered what had
 * arrived and is down, the departure is complete.
 */
export class Departures {
  readonly #messenger: Messenger
  readonly #complete: (id: KernelId) => void
  readonly #unexplained: (id: KernelId, reason: DownReason) => void
  readonly #expected = new Set<KernelId>()
  /** Peers whose link is down already. */
  readonly #down = new Set<KernelId>()

  /** `unexplained` is called when a link goes down though its peer did not depart. */
  constructor(
    messenger: Messenger,
    complete: (id: KernelId) => void,
    unexplained: (id: KernelId, reason: DownReason) => void,
  ) {
    this.#messenger = messenger
    this.#complete = complete
    this.#unexplained = unexplained
    messenger.events.on('peerDown', (peer, reason) => this.#linkDown(peer, reason))
  }

  /** `id` departs now. */
  begin(id: KernelId, reason: string): void {
    if (this.#down.has(id)) {
      this.#complete(id)
      return
    }
    this.#expected.add(id)
    this.#messenger.peerDied(id, reason)
  }

  #linkDown(id: KernelId, reason: DownReason): void {
    this.#down.add(id)
    if (this.#expected.delete(id)) this.#complete(id)
    else this.#unexplained(id, reason)
  }
}
