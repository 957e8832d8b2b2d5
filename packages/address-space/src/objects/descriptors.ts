import type { ObjectId } from '../regions/region.js'

/** 0, 1 and 2 are the standard streams. */
const LOWEST = 3

/** Descriptors that a process can have: Linux's usual soft `RLIMIT_NOFILE`. */
export const DESCRIPTORS_MAX = 1024

/** What a descriptor names. */
export interface Descriptor {
  readonly object: ObjectId
  readonly writable: boolean
}

/** The descriptors of one process at its origin. */
export class Descriptors {
  readonly #table: (Descriptor | undefined)[] = []

  /** The lowest number that is free names this now; `null`: the process has as many as it can have. */
  open(descriptor: Descriptor): number | null {
    let index = this.#table.indexOf(undefined)
    if (index < 0) index = this.#table.length
    if (index + LOWEST >= DESCRIPTORS_MAX) return null
    this.#table[index] = descriptor
    return index + LOWEST
  }

  /** What this number names; `undefined`: nothing. */
  get(fd: number): Descriptor | undefined {
    return this.#table[fd - LOWEST]
  }

  /** Frees the number. Returns what it named. */
  close(fd: number): Descriptor | undefined {
    const descriptor = this.#table[fd - LOWEST]
    if (descriptor) this.#table[fd - LOWEST] = undefined
    return descriptor
  }

  /** All that is open. */
  all(): Descriptor[] {
    return this.#table.filter((descriptor) => descriptor !== undefined)
  }
}
