import { PAGE_SIZE } from '../constants.js'
import type { ObjectId, Region } from './region.js'

/** An object that a process maps, as its origin knows it. */
export interface MappedObject {
  readonly id: ObjectId
  /** Its size. */
  pages: number
  /** The object whose pages it copies, if any. */
  readonly source: MappedObject | null
  /** `process`: made for this process alone, here; `system`: it has a home of its own, and other processes may map it. */
  readonly owner: 'process' | 'system'
  /** Pages that regions map; a page that two map counts twice. */
  mapped: number
  /** Copies of it, and mappings of it that are being made. */
  holds: number
  /** How often this process has been attached to it at its home. */
  attachments: number
  /** May two regions map the same page? */
  isAliased: boolean
}

/** Pages that nothing maps any more, of an object that is mapped still. */
export interface UnmappedPages {
  readonly object: MappedObject
  readonly first: number
  readonly count: number
}

/** What regions left behind. */
export interface Leavings {
  readonly unused: readonly MappedObject[]
  readonly pages: readonly UnmappedPages[]
}

/** The objects that the regions of one process map. */
export class MappedObjects {
  readonly #objects = new Map<ObjectId, MappedObject>()

  /** The object of this number, if the process maps it or is about to. */
  get(id: ObjectId): MappedObject | undefined {
    return this.#objects.get(id)
  }

  /** All of them. */
  all(): Iterable<MappedObject> {
    return this.#objects.values()
  }

  /** Enters an object of the process's own; with a source, a copy of it. */
  create(id: ObjectId, pages: number, source: MappedObject | null = null): MappedObject {
    if (source) source.holds++
    return this.#put({ id, pages, source, owner: 'process', mapped: 0, holds: 0, attachments: 0, isAliased: false })
  }

  /** The process has been attached to an object of the system, which has this size now. Holds it until `release`. */
  attach(id: ObjectId, pages: number): MappedObject {
    const object =
      this.#objects.get(id) ??
      this.#put({ id, pages, source: null, owner: 'system', mapped: 0, holds: 0, attachments: 0, isAliased: true })
    object.pages = pages
    object.attachments++
    object.holds++
    return object
  }

  /** Forgets all, and returns them. */
  takeAll(): MappedObject[] {
    const all = [...this.#objects.values()]
    this.#objects.clear()
    return all
  }

  /** Counts a region that is mapped now. */
  map({ object, start, end }: Region): void {
    const entry = this.#objects.get(object)
    if (entry) entry.mapped += (end - start) / PAGE_SIZE
  }

  /** Counts parts of regions that are mapped no more. */
  unmap(parts: readonly Region[]): Leavings {
    const unused: MappedObject[] = []
    const pages: UnmappedPages[] = []
    for (const { object: id, start, end, offset } of parts) {
      const object = this.#objects.get(id)
      if (!object) continue
      const count = (end - start) / PAGE_SIZE
      object.mapped -= count
      unused.push(...this.#dropUnused(object))
      if (!object.isAliased) pages.push({ object, first: offset / PAGE_SIZE, count })
    }
    return { unused, pages: pages.filter(({ object }) => this.#objects.has(object.id)) }
  }

  /** What held the object does so no more. Returns what is unused now. */
  release(object: MappedObject): MappedObject[] {
    object.holds--
    return this.#dropUnused(object)
  }

  #dropUnused(object: MappedObject): MappedObject[] {
    if (object.mapped > 0 || object.holds > 0) return []
    this.#objects.delete(object.id)
    return object.source ? [object, ...this.release(object.source)] : [object]
  }

  #put(object: MappedObject): MappedObject {
    this.#objects.set(object.id, object)
    return object
  }
}
