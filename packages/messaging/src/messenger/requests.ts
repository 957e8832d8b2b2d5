import type { RequestType } from '../declare/protocol.js'
import type { MessagingError } from '../errors.js'
import type { KernelId } from '../kernel-id.js'

/** How a request ended: `(error)`, or `(null, reply)`. */
export type Outcome<R> = [error: MessagingError, reply: undefined] | [error: null, reply: R]

/** Called once, inside `poll` (or inside `close`, which ends all requests). */
export type RequestCallback<R> = (...outcome: Outcome<R>) => void

/** A request without its answer. */
export interface OpenRequest {
  readonly to: KernelId
  readonly type: RequestType<unknown, unknown>
  readonly callback: RequestCallback<unknown>
}

interface Slot {
  request: OpenRequest | null
  /** Changes with each use, so that an answer to an earlier request in the same slot is recognized. */
  generation: number
}

const INDEX_BITS = 22
const MAX_OPEN = 1 << INDEX_BITS
const GENERATIONS = 1 << (32 - INDEX_BITS)

/** The open requests of a kernel, by correlation number: a slot's index and generation. */
export class RequestTable {
  readonly #slots: Slot[] = []
  readonly #free: number[] = []

  /** Number of open requests. */
  get size(): number {
    return this.#slots.length - this.#free.length
  }

  /** Returns the correlation number. */
  open(request: OpenRequest): number {
    const index = this.#free.pop() ?? this.#grow(request)
    const slot = this.#slots[index]
    slot.request = request
    return ((slot.generation << INDEX_BITS) | index) >>> 0
  }

  /** Takes the request out that has this number; `null` if there is none. */
  take(correlation: number): OpenRequest | null {
    const index = correlation & (MAX_OPEN - 1)
    if (index >= this.#slots.length) return null
    const slot = this.#slots[index]
    if (slot.generation !== correlation >>> INDEX_BITS) return null
    return this.#release(index)
  }

  /** The request with this number, which stays. */
  peek(correlation: number): OpenRequest | null {
    const index = correlation & (MAX_OPEN - 1)
    if (index >= this.#slots.length) return null
    const slot = this.#slots[index]
    return slot.generation === correlation >>> INDEX_BITS ? slot.request : null
  }

  /** Takes out every request, or every one to `peer`, in no particular order. */
  takeAll(peer?: KernelId): OpenRequest[] {
    const taken: OpenRequest[] = []
    for (let index = 0; index < this.#slots.length; index++) {
      const { request } = this.#slots[index]
      if (request === null || (peer !== undefined && request.to !== peer)) continue
      this.#release(index)
      taken.push(request)
    }
    return taken
  }

  #grow(request: OpenRequest): number {
    if (this.#slots.length === MAX_OPEN) {
      throw new RangeError(
        `${request.type.name}: ${MAX_OPEN} requests are open already; await replies before sending more`,
      )
    }
    return this.#slots.push({ request: null, generation: 1 }) - 1
  }

  #release(index: number): OpenRequest | null {
    const slot = this.#slots[index]
    const { request } = slot
    if (request === null) return null
    slot.request = null
    slot.generation = (slot.generation + 1) % GENERATIONS
    this.#free.push(index)
    return request
  }
}
