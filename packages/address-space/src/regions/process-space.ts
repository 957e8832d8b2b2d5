import { MAP_NORESERVE, PAGE_SIZE, PROT_WRITE } from '../constants.js'
import type { Answering, Refused } from '../answer.js'
import type { ObjectPages } from '../objects/pages-port.js'
import { hexRange, refuse } from '../refusals.js'
import { ADDRESS_LIMIT, FreeSpace, LOWEST_ADDRESS } from './free-space.js'
import { MappedObjects, type Leavings, type MappedObject } from './mapped-objects.js'
import { RegionMap } from './region-map.js'
import type { AddressRange, ObjectId, Region } from './region.js'
import { Withdrawals, type Withdraw } from './withdrawals.js'

/** Linux's `vm.max_map_count`. */
export const REGIONS_MAX = 65_530

/** What the address space of a process needs of its surroundings. */
export interface SpaceHost {
  readonly withdraw: Withdraw
  readonly pages: Pick<ObjectPages, 'discard'>
  /** Bytes that the system's machines have, together. */
  memoryBytes(): number
  /** Numbers a new object of this process. */
  newObject(): ObjectId
  /** This process maps these objects no more. Calls `done` when files have what was changed of them: at once if there is none. */
  unused(objects: readonly MappedObject[], done: () => void): void
}

/** A soft and a hard limit, bytes; `Infinity`: none. */
export interface ResourceLimits {
  readonly soft: number
  readonly hard: number
}

/** A change that takes something away, made in the map already. */
export interface Alteration {
  /** What is not any more where it was, or as it was. */
  readonly withdrawn: readonly AddressRange[]
  /** Those parts of regions whose pages are mapped nowhere now. */
  readonly left?: readonly Region[]
  /** Addresses that nothing may take until it is through. */
  readonly reserved?: readonly AddressRange[]
  /** Follows when every kernel acts by it. */
  readonly follow?: () => void
  /** The call's result. */
  readonly value: unknown
}

/** `bytes` in whole pages. */
export const roundUp = (bytes: number): number => Math.ceil(bytes / PAGE_SIZE) * PAGE_SIZE

/** How many bytes these ranges have. */
export const bytesOf = (ranges: readonly AddressRange[]): number =>
  ranges.reduce((sum, { start, end }) => sum + (end - start), 0)

/**
 * The address space of one process at its origin: the authority on what is mapped where. What calls do with it is in `mapping.ts`, `unmapping.ts`,
 * `remapping.ts` and `program-break.ts`.
 */
export class ProcessSpace {
  readonly map = new RegionMap()
  readonly objects = new MappedObjects()
  /** `RLIMIT_AS`. */
  limits: ResourceLimits = { soft: Infinity, hard: Infinity }
  readonly #host: SpaceHost
  readonly #free = new FreeSpace(this.map)
  readonly #withdrawals: Withdrawals

  constructor(host: SpaceHost) {
    this.#host = host
    this.#withdrawals = new Withdrawals(host.withdraw)
  }

  /** Is nothing mapped there, and may something be? */
  isFree(range: AddressRange): boolean {
    return this.map.isFree(range) && this.#withdrawals.leaveFree(range)
  }

  /** Ranges in which a change is under way: kernels may find there what was. */
  get reserved(): readonly AddressRange[] {
    return this.#withdrawals.reserved
  }

  /** Calls `then` with what is mapped at this address, once no change there is under way. */
  lookUp(address: number, then: (region: Region | null) => void): void {
    this.#withdrawals.whenQuiet(address, () => {
      then(this.map.find(address))
    })
  }

  /** A free place for `bytes`. */
  choose(bytes: number): number | null {
    return this.#free.choose(bytes, this.#withdrawals.reserved)
  }

  /** Maps a region where nothing is mapped. Kernels hear of it when they ask. */
  enter(region: Region): void {
    this.objects.map(region)
    this.put(region)
  }

  /** Maps a region that is counted already: it was mapped elsewhere. */
  put(region: Region): void {
    this.map.insert({ ...region, pages: this.objects.get(region.object)?.pages ?? region.pages })
  }

  /** A new object of the process's own, of this size. With a source, a copy of it. */
  create(pages: number, source: MappedObject | null = null): MappedObject {
    return this.objects.create(this.#host.newObject(), pages, source)
  }

  /** What held the object does so no more. */
  release(object: MappedObject): void {
    this.#host.unused(this.objects.release(object), () => undefined)
  }

  /** Gives an object another size. Regions say it, too. */
  resize(object: MappedObject, pages: number): Region[] {
    object.pages = pages
    const regions = this.map.all.filter((region) => region.object === object.id)
    for (const region of regions) this.map.insert({ ...region, pages })
    return regions
  }

  /**
   * Makes a change that takes something away: `make` makes it in the map, once no other is under way, or refuses. The call is answered when every
   * kernel acts by it and the pages that nothing maps any more are dropped.
   */
  alter(done: Answering, make: () => Alteration | Refused): void {
    this.#withdrawals.run(() => {
      const made = make()
      if ('code' in made) {
        done(made)
        return null
      }
      const { withdrawn, left = [], reserved = [], follow, value } = made
      return {
        withdrawn,
        reserved,
        finish: (through) => {
          this.#drop(this.objects.unmap(left), () => {
            follow?.()
            done({ value })
            through()
          })
        },
      }
    })
  }

  /** An object of the system has another size now. Calls `done` when no kernel finds more of it. */
  objectResized(id: ObjectId, pages: number, done: () => void): void {
    const object = this.objects.get(id)
    if (!object) {
      done()
      return
    }
    const before = object.pages
    const copies = [...this.objects.all()].filter(({ source }) => source === object)
    const regions = [object, ...copies].flatMap((each) => this.resize(each, pages))
    if (pages >= before) {
      done() // what is more is learnt when it is needed
      return
    }
    this.#host.withdraw(regions, () => {
      const cut = copies.map((copy) => ({ object: copy, first: pages, count: before - pages }))
      this.#drop({ unused: [], pages: cut }, done)
    })
  }

  /** Drops pages of the process's own objects: they are zeroes, or copies, again. */
  discard(parts: readonly Region[], done: () => void): void {
    const pages = parts.flatMap(({ object: id, start, end, offset }) => {
      const object = this.objects.get(id)
      return object?.owner === 'process'
        ? [{ object, first: offset / PAGE_SIZE, count: (end - start) / PAGE_SIZE }]
        : []
    })
    this.#discard(pages, done)
  }

  /** The process has ended. Changes that are under way find nothing left. Calls `done` when files have what was changed. */
  end(done: () => void): void {
    this.#host.unused(this.objects.takeAll(), done)
  }

  /** Why the process can't have so many bytes more, mapped so; `null`: it can. */
  refuseGrowth(bytes: number, { prot, flags }: Pick<Region, 'prot' | 'flags'>): Refused | null {
    const { soft } = this.limits
    if (this.map.bytes + bytes > soft) {
      const explanation = `${this.map.bytes + bytes} bytes would be mapped, RLIMIT_AS is ${soft}: unmap some, or raise it by setrlimit`
      return refuse('ENOMEM', explanation)
    }
    const memory = this.#host.memoryBytes()
    if (bytes > memory && (prot & PROT_WRITE) !== 0 && (flags & MAP_NORESERVE) === 0) {
      const explanation = `${bytes} bytes are more than the system's machines have (${memory}): pass MAP_NORESERVE if few of them will be touched`
      return refuse('ENOMEM', explanation)
    }
    return this.map.size < REGIONS_MAX ? null : tooManyRegions()
  }

  /** Why the regions can't be cut at the ends of this range; `null`: they can. */
  refuseCut(range: AddressRange): Refused | null {
    if (range.start < 0 || range.end > ADDRESS_LIMIT) {
      return refuse('EINVAL', `${hexRange(range)} is not within an address space: addresses have 48 bits`)
    }
    const cuts = [range.start, range.end].filter((at) => (this.map.find(at)?.start ?? at) < at)
    return this.map.size + cuts.length <= REGIONS_MAX ? null : tooManyRegions()
  }

  #drop({ unused, pages }: Leavings, done: () => void): void {
    let awaited = 2
    const through = (): void => {
      if (--awaited === 0) done()
    }
    this.#host.unused(unused, through)
    this.#discard(pages, () => {
      for (const { object, first, count } of pages) {
        if (first + count === object.pages && object.owner === 'process' && !object.source) object.pages = first
      }
      through()
    })
  }

  #discard(pages: Leavings['pages'], done: () => void): void {
    let awaited = 1
    const discarded = (): void => {
      if (--awaited === 0) done()
    }
    for (const { object, first, count } of pages) {
      awaited++
      this.#host.pages.discard(object.id, first, count, discarded)
    }
    discarded()
  }
}

const tooManyRegions = (): Refused =>
  refuse('ENOMEM', `a process can have ${REGIONS_MAX} regions, and has: unmap some, or map fewer larger ones`)

/** Why nothing can be mapped there by a fixed address; `null`: it can. */
export function refuseFixed(range: AddressRange): Refused | null {
  if (range.start >= LOWEST_ADDRESS && range.end <= ADDRESS_LIMIT) return null
  const explanation = `${hexRange(range)} is not within ${hexRange({ start: LOWEST_ADDRESS, end: ADDRESS_LIMIT })}, where regions can be`
  return refuse('ENOMEM', explanation)
}

/** There is no room. */
export const noRoom = (bytes: number): Refused =>
  refuse('ENOMEM', `there is no gap of ${bytes} bytes in the address space: unmap something, or map less`)
