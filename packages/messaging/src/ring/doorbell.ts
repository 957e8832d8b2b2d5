import type { MessagePort } from 'node:worker_threads'

/**
 * Bytes of a bell: one word that says whether its kernel is parked, and on both sides enough that nothing else shares its
 * cache line: producers read it with every message.
 */
export const BELL_BYTES = 256

const PARKED = 32

/** A kernel's own doorbell: while it is armed, one of the producers will wake the kernel. */
export class Bell {
  readonly #words: Int32Array

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory)
  }

  /**
   * From here on producers ring. Sequentially consistent: a producer that published before this and did not see the flag
   * is seen by the check of the rings that must follow.
   */
  arm(): void {
    Atomics.store(this.#words, PARKED, 1)
  }

  disarm(): void {
    Atomics.store(this.#words, PARKED, 0)
  }
}

/** Another kernel's doorbell, as one of its producers has it. */
export class RemoteBell {
  readonly #words: Int32Array
  readonly #port: MessagePort

  constructor(memory: SharedArrayBuffer, port: MessagePort) {
    this.#words = new Int32Array(memory)
    this.#port = port
  }

  /** Wakes the kernel if it is parked and nobody else has. Call it after publishing. */
  ring(): void {
    if (Atomics.load(this.#words, PARKED) === 1) this.#wake()
  }

  #wake(): void {
    if (Atomics.compareExchange(this.#words, PARKED, 1, 0) === 1) this.#port.postMessage(null)
  }
}
