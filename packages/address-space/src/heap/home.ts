import type { Kernel, ThreadId, WaitRequest } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import { serveCall, type Answer, type Answering } from '../answer.js'
import {
  MAP_ANONYMOUS,
  MAP_FIXED_NOREPLACE,
  MAP_PRIVATE,
  MREMAP_MAYMOVE,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
} from '../constants.js'
import { hex, refuse } from '../refusals.js'
import type { RegionHome } from '../regions/home.js'
import { mapRegion } from '../regions/mapping.js'
import { noRoom, roundUp, type ProcessSpace } from '../regions/process-space.js'
import { remapRange } from '../regions/remapping.js'
import { unmapRange } from '../regions/unmapping.js'
import { ARENA_BYTES } from './arena.js'
import { BlockOperation, heaps } from './protocol.js'
import { RangeTable } from './range-table.js'

/** Memory that is mapped for the heap of a process: an arena of the kernel `owner`; without one, a block by itself. */
interface Extent {
  readonly start: number
  /** Exclusive. */
  readonly end: number
  readonly owner: KernelId | null
}

/**
 * The heaps of the processes that were created on this kernel: maps their arenas, knows whose they are, and keeps the blocks that are too large for
 * them. These live as long as the process, whatever becomes of the kernel that asked for them.
 */
export class HeapHome {
  readonly #kernel: Kernel
  readonly #regions: RegionHome
  readonly #extents = new Map<ThreadId, RangeTable<Extent>>()

  constructor(kernel: Kernel, regions: RegionHome) {
    this.#kernel = kernel
    this.#regions = regions
    const { messenger, waitHome } = kernel
    messenger.serve(heaps.grow, (from, { pid }, reply) => {
      this.#map(pid, ARENA_BYTES, PAGE_SIZE, from, (answer) => {
        if ('code' in answer) reply({ start: 0, refusal: answer })
        else reply({ start: answer.value as number })
      })
    })
    messenger.on(heaps.giveBack, (_from, { pid, start }) => {
      this.#giveBack(pid, start)
    })
    waitHome.serve(heaps.allocate, (from, message) => {
      serveCall(kernel, from, message, (done) => {
        this.#map(message.pid, message.size, message.alignment, null, done)
      })
    })
    waitHome.serve(heaps.resize, (from, message) => {
      this.#resize(from, message, message.address, message.size)
    })
    kernel.onProcessEnd((pid) => {
      this.#extents.delete(pid)
    })
  }

  /** Arenas and large blocks of all processes. */
  get size(): number {
    return [...this.#extents.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** Does to a block what `heaps.apply` says, if it is one of those that are kept here. */
  apply(pid: ThreadId, address: number, operation: number, done: Answering): void {
    const extents = this.#extents.get(pid)
    const extent = extents?.find(address)
    const space = this.#regions.spaceOf(pid)
    if (!extents || !extent || !space) {
      done({ value: null })
      return
    }
    const { start, end, owner } = extent
    const size = end - start
    if (owner !== null) done({ value: owner === this.#kernel.id ? null : [start, end, owner] })
    else if (start !== address) done({ value: null })
    else if (operation === BlockOperation.size) done({ value: size })
    else {
      extents.remove(start)
      unmapRange(space, start, size, (answer) => {
        done('code' in answer ? answer : { value: size })
      })
    }
  }

  #map(pid: ThreadId, size: number, alignment: number, owner: KernelId | null, done: Answering): void {
    const space = this.#regions.spaceOf(pid)
    if (!space) {
      done(refuse('ESRCH', `process ${pid} is ending`))
      return
    }
    mapAligned(space, roundUp(size), alignment, (answer) => {
      if (!('code' in answer)) this.#enter(pid, { ...extentAt(answer, size), owner })
      done(answer)
    })
  }

  #enter(pid: ThreadId, extent: Extent): void {
    const extents = this.#extents.get(pid) ?? new RangeTable<Extent>()
    this.#extents.set(pid, extents)
    extents.put(extent)
  }

  #giveBack(pid: ThreadId, start: number): void {
    const space = this.#regions.spaceOf(pid)
    if (!space) return // the process has ended, and its memory with it
    this.#extents.get(pid)?.remove(start)
    unmapRange(space, start, ARENA_BYTES, (answer) => {
      if ('code' in answer) this.#kernel.logger.warn(`the arena at ${hex(start)} stays mapped: ${answer.explanation}`)
    })
  }

  /** No data moves: the pages get other addresses. */
  #resize(from: KernelId, request: WaitRequest, address: number, size: number): void {
    const { pid } = request
    const space = this.#regions.spaceOf(pid)
    const extents = this.#extents.get(pid)
    const extent = extents?.find(address)
    serveCall(this.#kernel, from, request, (done) => {
      if (!space || !extents || extent?.start !== address || extent.owner !== null) {
        done(refuse('EINVAL', `the block at ${hex(address)} has been freed meanwhile`))
        return
      }
      extents.remove(address)
      const remap = { start: address, length: extent.end - address, newLength: size, flags: MREMAP_MAYMOVE, target: 0 }
      remapRange(space, remap, (answer) => {
        this.#enter(pid, 'code' in answer ? extent : { ...extentAt(answer, size), owner: null })
        done(answer)
      })
    })
  }
}

const extentAt = ({ value }: Exclude<Answer, { code: unknown }>, size: number): { start: number; end: number } => {
  const start = value as number // the address that mapping answers with
  return { start, end: start + roundUp(size) }
}

function mapAligned(space: ProcessSpace, length: number, alignment: number, done: Answering): void {
  const request = { length, prot: PROT_READ | PROT_WRITE, flags: MAP_PRIVATE | MAP_ANONYMOUS }
  if (alignment <= PAGE_SIZE) {
    mapRegion(space, { ...request, address: 0 }, null, done)
    return
  }
  const place = space.choose(length + alignment)
  if (place === null) {
    done(noRoom(length + alignment))
    return
  }
  const address = Math.ceil(place / alignment) * alignment
  mapRegion(space, { ...request, address, flags: request.flags | MAP_FIXED_NOREPLACE }, null, done)
}
