/**
 * One word of shared memory by which a kernel shows that it comes to its safe points: another number each time its loop begins a slice, 0
 * while it is asleep.
 */
export class Pulse {
  readonly #word: Int32Array
  #beats = 0

  /** @param memory 4 bytes, shared with who watches. */
  constructor(memory: SharedArrayBuffer) {
    this.#word = new Int32Array(memory)
  }

  /** The loop begins a slice. */
  readonly beat = (): void => {
    this.#beats = (this.#beats % 0x3fff_ffff) + 1
    this.#word[0] = this.#beats
  }

  /** The loop parks. */
  readonly rest = (): void => {
    this.#word[0] = 0
  }
}
