import { PosixError, type Fiber, type ProcessReplica, type ErrorCode } from '@atoll/kernel'
import type { LocalHeap } from './local-heap.js'
import { heaps } from './protocol.js'

/** A new block. */
export interface Block {
  readonly address: number
  /** Does it hold zeroes, because nothing was ever kept there? */
  readonly isZero: boolean
}

/**
 * Gets a heap another arena when threads find no room in those that it has. They wait for memory on this kernel, not for the answer to a request of
 * their own: what comes serves whoever is here by then, and one that has moved meanwhile asks where it arrives.
 */
export class Growth {
  readonly #process: ProcessReplica
  readonly #local: LocalHeap
  /** Blocked threads, and the size class that they want a block of, in the order in which they came. */
  readonly #waiting = new Map<Fiber, number>()
  #isAsked = false

  constructor(process: ProcessReplica, local: LocalHeap) {
    this.#process = process
    this.#local = local
  }

  /** Wakes the fiber with a block of this class as soon as there is one. */
  wait(fiber: Fiber, classIndex: number): void {
    this.#waiting.set(fiber, classIndex)
    if (!this.#isAsked) this.#ask()
  }

  /** The fiber does not wait here any more. */
  withdraw(fiber: Fiber): void {
    this.#waiting.delete(fiber)
  }

  #ask(): void {
    const { kernel, origin, pid } = this.#process
    this.#isAsked = true
    kernel.messenger.request(origin, heaps.grow, { pid }, (error, reply) => {
      this.#isAsked = false
      if (error) this.#fail('EIO', error.message)
      else if (reply.refusal) this.#fail(reply.refusal.code as ErrorCode, reply.refusal.explanation)
      else {
        this.#local.addArena(reply.start)
        this.#serve()
      }
    })
  }

  #serve(): void {
    const { scheduler } = this.#process.kernel
    for (const [fiber, classIndex] of this.#waiting) {
      const address = this.#local.allocate(classIndex)
      if (address === null) {
        this.#ask()
        return
      }
      this.#waiting.delete(fiber)
      const block: Block = { address, isZero: this.#local.isZero }
      scheduler.wake(fiber, block, false)
    }
  }

  #fail(code: ErrorCode, explanation: string): void {
    const { scheduler } = this.#process.kernel
    for (const fiber of this.#waiting.keys()) {
      scheduler.wake(fiber, new PosixError(code, fiber.top?.['syscall'] as string, explanation), true)
    }
    this.#waiting.clear()
  }
}
