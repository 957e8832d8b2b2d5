import type { KernelId } from '@atoll/messaging'

/** What is done with a key's value when its thread ends. */
export type Destructor = (value: unknown) => unknown

/** Keys that one kernel can make for a process: `PTHREAD_KEYS_MAX`. */
export const KEYS_MAX = 1024

/** The kernel that made a key: it knows the key's destructor. */
export const homeOfKey = (key: number): KernelId => Math.floor(key / KEYS_MAX) + 1

/** A process's thread-specific keys, as far as this kernel knows them. */
export class Keys {
  readonly #base: number
  #count = 0
  /** By key; `null`: has none. Of other kernels' keys, those that were asked for. */
  readonly destructors = new Map<number, Destructor | null>()

  constructor(kernel: KernelId) {
    this.#base = (kernel - 1) * KEYS_MAX
  }

  /** A new key; `null` when all have been made. */
  create(destructor: Destructor | null): number | null {
    if (this.#count === KEYS_MAX) return null
    const key = this.#base + this.#count++
    this.destructors.set(key, destructor)
    return key
  }

  /** Whether the key may be in use: of another kernel's keys this one can't tell. */
  has(key: number): boolean {
    const made = key - this.#base
    return made < 0 || made >= KEYS_MAX ? Number.isInteger(key) && key >= 0 : this.destructors.has(key)
  }

  delete(key: number): void {
    this.destructors.delete(key)
  }
}
