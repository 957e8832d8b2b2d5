import type { Kernel, ProcessReplica, ThreadId } from '@atoll/kernel'
import { RegionMap } from './region-map.js'
import { regions } from './protocol.js'
import type { AddressRange, Region } from './region.js'

/** What one kernel knows of the regions of a process. */
export class AddressSpace {
  readonly process: ProcessReplica
  /**
   * Is called when these ranges are not any more what they were (unmapped, replaced, restricted, or less is in them): what is kept of them here is void.
   * The origin waits for it to return.
   */
  changed: (ranges: readonly AddressRange[]) => void = () => undefined
  readonly #known = new RegionMap()
  /** Where the last search ended: the next is most often for the same region. */
  #last: Region | null = null

  constructor(process: ProcessReplica) {
    this.process = process
  }

  /** The regions that this kernel knows, in order; parts of others, where only these were asked for. */
  get known(): readonly Region[] {
    return this.#known.all
  }

  /** The region that contains this address, if this kernel knows it. Others may have changed it to allow more, or grown it: then `learn`. */
  find(address: number): Region | null {
    const last = this.#last
    if (last !== null && address >= last.start && address < last.end) return last
    const found = this.#known.find(address)
    if (found !== null) this.#last = found
    return found
  }

  /**
   * Asks the origin what is mapped at this address: when `find` misses, and before an access is refused by what it found (protection, or beyond the
   * object's pages), for what is new is not told. `then` gets the region, or `null`; it is not called if the process ends first.
   */
  learn(address: number, then: (region: Region | null) => void): void {
    const { kernel, origin, pid } = this.process
    kernel.messenger.request(origin, regions.learn, { pid, address }, (error, reply) => {
      if (error || this.process.ended) return // its origin has died, and it with it
      const { region = null } = reply
      if (region) this.#keep(region)
      then(region)
    })
  }

  /** The origin takes these ranges back. */
  withdraw(ranges: readonly AddressRange[]): void {
    for (const range of ranges) this.#known.remove(range)
    this.#last = null
    this.changed(ranges)
  }

  #keep(region: Region): void {
    this.#known.insert(region)
    this.#last = null
  }
}

/** The replicas of address spaces on one kernel. */
export class AddressSpaces {
  readonly #spaces = new Map<ThreadId, AddressSpace>()

  constructor(kernel: Kernel) {
    kernel.messenger.serve(regions.withdraw, (_from, { pid, ranges }, reply) => {
      this.#spaces.get(pid)?.withdraw(ranges)
      reply({})
    })
    kernel.onProcessEnd((pid) => {
      this.#spaces.delete(pid)
    })
  }

  /** How many there are. */
  get size(): number {
    return this.#spaces.size
  }

  /** What this kernel knows of the process's regions. */
  of(process: ProcessReplica): AddressSpace {
    let space = this.#spaces.get(process.pid)
    if (!space) this.#spaces.set(process.pid, (space = new AddressSpace(process)))
    return space
  }
}
