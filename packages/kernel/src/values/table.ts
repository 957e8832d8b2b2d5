/** Below this length a search through an array beats hashing (a `Map` entry costs 35 ns, a comparison less than 1). */
const LINEAR = 32

/** Numbers distinct values in order of appearance: 0, 1, 2, … */
export class Table<T> {
  #values: T[] = []
  #indices: Map<T, number> | null = null

  get size(): number {
    return this.#values.length
  }

  /** The number of `value`, or −1. */
  indexOf(value: T): number {
    if (this.#indices) return this.#indices.get(value) ?? -1
    const values = this.#values
    for (let i = 0; i < values.length; i++) if (values[i] === value) return i
    return -1
  }

  /** Gives `value`, which must not be here yet, the next number. */
  add(value: T): number {
    const index = this.#values.push(value) - 1
    if (this.#indices) this.#indices.set(value, index)
    else if (index === LINEAR) this.#indices = new Map(this.#values.map((known, i) => [known, i]))
    return index
  }

  /** The values so far, in order. */
  [Symbol.iterator](): IterableIterator<T> {
    return this.#values.values()
  }

  clear(): void {
    if (this.#values.length > 0) this.#values = []
    this.#indices = null
  }
}
