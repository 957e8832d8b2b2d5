import * as innate from './innate.js'
import type { View } from './prototypes.js'

/** Size of the memory that Node shares out to small buffers: its pool's nominal size and a margin that depends on the version. */
const POOL_BYTES = Buffer.allocUnsafe(1).buffer.byteLength

/** Thrown when two buffers of an image share memory of Node's pool: they can do so elsewhere only if it travels too. */
export class SharedSlice extends Error {}

/** What the buffers of one image have of Node's pool. */
export class PoolSlices {
  readonly #slices: { readonly memory: ArrayBufferLike; readonly start: number; readonly end: number }[] = []

  /** Does `view` have its part of a pool for itself, so that it can travel without the rest? */
  takes(view: View): boolean {
    if (!Buffer.isBuffer(view)) return false
    const memory = innate.viewBuffer(view)
    const start = innate.viewOffset(view)
    const end = start + innate.viewBytes(view)
    if (memory.byteLength !== POOL_BYTES || end - start === POOL_BYTES) return false
    const isShared = this.#slices.some((slice) => slice.memory === memory && slice.start < end && start < slice.end)
    if (isShared) throw new SharedSlice()
    this.#slices.push({ memory, start, end })
    return true
  }

  clear(): void {
    if (this.#slices.length > 0) this.#slices.length = 0
  }
}
