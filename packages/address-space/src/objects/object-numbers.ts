import type { KernelId } from '@atoll/messaging'
import type { ObjectId } from '../regions/region.js'

/** Objects that one kernel can number, half of them files. */
const PER_KERNEL = 2 ** 24
const PER_KIND = PER_KERNEL / 2

/** The kernel that numbered an object: its home. */
export const homeOfObject = (object: ObjectId): KernelId => Math.floor(object / PER_KERNEL)

/** Is it a file, whose pages its home reads when they are touched first? A number says so, for whoever meets it. */
export const isFile = (object: ObjectId): boolean => object % PER_KERNEL >= PER_KIND

/** Numbers memory objects, which lead to their home. One that is free again is used again when all others have been. */
export class ObjectNumbers {
  readonly #base: number
  readonly #taken = new Set<ObjectId>()
  readonly #last = { memory: 0, file: 0 }

  constructor(kernel: KernelId) {
    this.#base = kernel * PER_KERNEL
  }

  /** How many are in use. */
  get size(): number {
    return this.#taken.size
  }

  /** A number not in use. Throws a `RangeError` when all are: 8 million of a kind. */
  allocate(kind: 'memory' | 'file' = 'memory'): ObjectId {
    if (this.#taken.size >= PER_KIND - 1) throw new RangeError('this kernel has no number left for a memory object')
    const base = this.#base + (kind === 'file' ? PER_KIND : 0)
    do this.#last[kind] = (this.#last[kind] % (PER_KIND - 1)) + 1
    while (this.#taken.has(base + this.#last[kind]))
    this.#taken.add(base + this.#last[kind])
    return base + this.#last[kind]
  }

  /** Gives a number back. */
  release(object: ObjectId): void {
    this.#taken.delete(object)
  }
}
