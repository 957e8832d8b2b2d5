import type { KernelId } from '@atoll/messaging'

/** What is done with a key's value when its thread ends. */
export type Destructor = (value: unknown) => unknown

/** Keys that a process can have of one kernel at a time: `PTHREAD_KEYS_MAX`. */
export const KEYS_MAX = 1024

/** POSIX's `PTHREAD_DESTRUCTOR_ITERATIONS`: how often a thread's end runs destructors for values that destructors set again. */
export const DESTRUCTOR_ITERATIONS = 4

/** Keys that one kernel can number: each of its slots again and again. */
const PER_KERNEL = KEYS_MAX * 2 ** 20

/** The kernel that made a key: it alone knows the key's destructor, and whether the key is in use. */
export const homeOfKey = (key: number): KernelId => Math.floor(key / PER_KERNEL) + 1

/** A process's thread-specific keys, as far as this kernel knows them. */
export class Keys {
  readonly #base: number
  /** Of the keys that were made here and are in use; `null`: has none. */
  readonly #destructors = new Map<number, Destructor | null>()
  /** Slots that have been used. */
  #slots = 0
  /** For each slot that is free again its next key: one that a deleted key is not taken for. */
  readonly #free: number[] = []
  /** Keys of other kernels that were deleted here. */
  readonly #deletedElsewhere = new Set<number>()

  constructor(kernel: KernelId) {
    this.#base = (kernel - 1) * PER_KERNEL
  }

  /** A new key; `null` when as many are in use as can be. */
  create(destructor: Destructor | null): number | null {
    const key = this.#slots < KEYS_MAX ? this.#base + this.#slots++ : this.#free.shift()
    if (key === undefined) return null
    this.#destructors.set(key, destructor)
    return key
  }

  /** Whether the key may be in use: of another kernel's keys this one knows only those that were deleted here. */
  has(key: number): boolean {
    if (this.#isOwn(key)) return this.#destructors.has(key)
    return Number.isSafeInteger(key) && key >= 0 && !this.#deletedElsewhere.has(key)
  }

  /** The destructor of a key that was made here, `null` if it has none; `undefined`: there is no such key (any more). */
  destructor(key: number): Destructor | null | undefined {
    return this.#destructors.get(key)
  }

  /** Deletes a key of this kernel's making; its number may be made again. */
  delete(key: number): void {
    if (!this.#isOwn(key)) this.#deletedElsewhere.add(key)
    else if (this.#destructors.delete(key)) this.#free.push(this.#base + ((key - this.#base + KEYS_MAX) % PER_KERNEL))
  }

  #isOwn(key: number): boolean {
    return key >= this.#base && key < this.#base + PER_KERNEL
  }
}
