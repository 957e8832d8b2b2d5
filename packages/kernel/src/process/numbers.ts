import type { KernelId } from '@atoll/messaging'
import type { ThreadId } from '../threads/thread.js'

/** Process and thread numbers that one kernel can give. */
const PER_KERNEL = 2 ** 20

/** The number of a CPU: one per kernel, in the order in which kernels were ever started, from 0. */
export const cpuOf = (kernel: KernelId): number => kernel - 1

/** The kernel that is this CPU. */
export const kernelOfCpu = (cpu: number): KernelId => cpu + 1

/** The kernel whose {@link Numbers} gave this number: a process's, and all its threads', origin. */
export const originOf = (id: ThreadId): KernelId => Math.floor(id / PER_KERNEL) + 1

/** Gives numbers to processes and threads, which lead to their home: no kernel has to be asked for a free one, or for whose it is. */
export class Numbers {
  readonly #base: number
  /** One bit per number; grows. */
  #taken = new Uint32Array(2)
  #count = 0
  #last = 0

  constructor(kernel: KernelId) {
    this.#base = (kernel - 1) * PER_KERNEL
  }

  /** A number not in use, and not used recently; `null` when all 1,048,575 are taken. */
  allocate(): ThreadId | null {
    if (this.#count === PER_KERNEL - 1) return null
    do {
      this.#last = (this.#last % (PER_KERNEL - 1)) + 1
    } while (this.#isTaken(this.#last))
    this.#count++
    this.#need(this.#last)
    this.#taken[this.#last >>> 5] |= 1 << (this.#last & 31)
    return this.#base + this.#last
  }

  /** Gives a number back. */
  release(id: ThreadId): void {
    const number = id - this.#base
    if (!this.#isTaken(number)) return
    this.#count--
    this.#taken[number >>> 5] &= ~(1 << (number & 31))
  }

  #isTaken(number: number): boolean {
    const word = number >>> 5
    return word < this.#taken.length && (this.#taken[word] & (1 << (number & 31))) !== 0
  }

  #need(number: number): void {
    if (number >>> 5 < this.#taken.length) return
    const larger = new Uint32Array(2 * this.#taken.length)
    larger.set(this.#taken)
    this.#taken = larger
  }
}
