/** Lets threads with the same affinity share one array: a process's threads mostly have its own. */
export class CpuSets {
  #last: readonly number[] = []

  /** An array equal to `cpus`, which must not be changed. */
  share(cpus: readonly number[]): readonly number[] {
    const last = this.#last
    if (cpus.length === last.length && cpus.every((cpu, index) => cpu === last[index])) return last
    return (this.#last = [...cpus])
  }
}
