import * as innate from './innate.js'
import type { View } from './prototypes.js'

/** Size of the memory that Node shares out to small buffers: its pool's nominal size and a margin that depends on the version. */
const POOL_BYTES = Buffer.allocUnsafe(1).buffer.byteLength

/** Thrown when two buffers of an image share memory of Node's pool: they can do so elsewhere only if it travels too. */
export class SharedSlice extends Error {}

interface Slice {
  readonly start: number
  readonly end: number
}

/** What the buffers of one image have of Node's pools. */
export class PoolSlices {
  readonly #byMemory = new Map<ArrayBufferLike, Slice[]>()

  /** Does `view` have its part of a pool for itself, so that it can travel without the rest? */
  takes(view: View): boolean {
    if (!Buffer.isBuffer(view)) return false
    const memory = innate.viewBuffer(view)
    const start = innate.viewOffset(view)
    const end = start + innate.viewBytes(view)
    if (memory.byteLength !== POOL_BYTES || end - start === POOL_BYTES) return false
    const slices = this.#byMemory.get(memory)
    if (slices?.some((other) => other.start < end && start < other.end)) throw new SharedSlice()
    if (slices === undefined) this.#byMemory.set(memory, [{ start, end }])
    else slices.push({ start, end })
    return true
  }

  clear(): void {
    if (this.#byMemory.size > 0) this.#byMemory.clear()
  }
}
