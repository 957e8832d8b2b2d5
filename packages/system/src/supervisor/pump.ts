import type { Messenger } from '@atoll/messaging'

/** Messages per poll. */
const BUDGET = 64

/**
 * Receives the supervisor's messages in the host's event loop: when the doorbell rings, and after the supervisor has sent
 * something. It never spins: the main isolate belongs to the host.
 */
export class MessagePump {
  readonly #messenger: Messenger
  #isKicked = false
  #isStopped = false

  constructor(messenger: Messenger) {
    this.#messenger = messenger
    messenger.onDoorbell(() => {
      this.#drain()
    })
  }

  /** Something was sent, or is to be seen to: what waits for room is sent when there is some. */
  kick(): void {
    if (this.#isKicked || this.#isStopped) return
    this.#isKicked = true
    queueMicrotask(() => {
      this.#isKicked = false
      this.#messenger.unpark()
      this.#drain()
    })
  }

  stop(): void {
    this.#isStopped = true
    this.#messenger.unpark()
  }

  #drain(): void {
    while (!this.#isStopped) {
      if (this.#messenger.poll(BUDGET) === 0 && this.#messenger.park()) return
    }
  }
}
