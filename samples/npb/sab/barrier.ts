/** Turns that a worker looks again before it goes to sleep: some tens of microseconds. */
const SPINS = 2 ** 14

/** Words at the beginning of the shared memory: how many have arrived, and the sense. */
export const BARRIER_BYTES = 2 * Int32Array.BYTES_PER_ELEMENT

/** A sense-reversing barrier of worker threads. Returns what waits at it. */
export function barrierIn(memory: SharedArrayBuffer, parts: number): () => void {
  const [arrived, sense] = [0, 1]
  const words = new Int32Array(memory, 0, 2)
  return () => {
    const before = Atomics.load(words, sense)
    if (Atomics.add(words, arrived, 1) === parts - 1) {
      Atomics.store(words, arrived, 0)
      Atomics.store(words, sense, 1 - before)
      Atomics.notify(words, sense)
      return
    }
    for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(words, sense) !== before) return
    Atomics.wait(words, sense, before)
  }
}
