/** A map that forgets: beside the entries that are in use it keeps the few that were looked up or set last. */
export class RecentMap<K, V> {
  readonly #limit: number
  readonly #isUsed: (key: K) => boolean
  /** Least recent first. */
  readonly #entries = new Map<K, V>()

  /** At most `limit` entries that are not in use are kept. */
  constructor(limit: number, isUsed: (key: K) => boolean = () => false) {
    this.#limit = limit
    this.#isUsed = isUsed
  }

  /** What was set under `key` last, unless it is forgotten. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key)
    if (value !== undefined) this.#touch(key, value)
    return value
  }

  /** Enters `value`, and forgets what is too much. */
  set(key: K, value: V): void {
    this.#touch(key, value)
    const idle = [...this.#entries.keys()].filter((each) => !this.#isUsed(each))
    for (const each of idle.slice(0, Math.max(0, idle.length - this.#limit))) this.#entries.delete(each)
  }

  #touch(key: K, value: V): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
  }
}
