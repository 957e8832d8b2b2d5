import type { KernelId } from '@atoll/messaging'
import type { ObjectId } from '../regions/region.js'

/** Objects that one kernel can number. */
const PER_KERNEL = 2 ** 24

/** The kernel that numbered an object: its home. */
export const homeOfObject = (object: ObjectId): KernelId => Math.floor(object / PER_KERNEL)

/** Numbers memory objects, which lead to their home. One that is free again is used again when all others have been. */
export class ObjectNumbers {
  readonly #base: number
  readonly #taken = new Set<ObjectId>()
  #last = 0

  constructor(kernel: KernelId) {
    this.#base = kernel * PER_KERNEL
  }

  /** How many are in use. */
  get size(): number {
    return this.#taken.size
  }

  /** A number not in use. Throws a `RangeError` when all are: 16 million. */
  allocate(): ObjectId {
    if (this.#taken.size === PER_KERNEL - 1) throw new RangeError('this kernel has no number left for a memory object')
    do this.#last = (this.#last % (PER_KERNEL - 1)) + 1
    while (this.#taken.has(this.#base + this.#last))
    this.#taken.add(this.#base + this.#last)
    return this.#base + this.#last
  }

  /** Gives a number back. */
  release(object: ObjectId): void {
    this.#taken.delete(object)
  }
}
