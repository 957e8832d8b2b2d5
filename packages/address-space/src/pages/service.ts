import type { KernelId } from '@atoll/messaging'
import type { ObjectId } from '../regions/region.js'

import type { ObjectPages } from '../objects/pages-port.js'
import { Acquisition } from './acquisition.js'
import { CHUNK_PAGES } from './chunks.js'
import { Directory } from './directory.js'
import { Invalidations } from './invalidations.js'
import { ObjectHomes } from './object-homes.js'
import { PageReplica } from './page-replica.js'
import type { PageKernel } from './ports.js'
import { Copy, pages } from './protocol.js'

/** All roles of a kernel in the page protocol. */
export class PageService implements ObjectPages {
  /** @internal The side that has copies. */
  readonly replica: PageReplica
  /** @internal The home's side. */
  readonly directory: Directory
  /** @internal Where homes are. */
  readonly homes: ObjectHomes
  readonly #kernel: PageKernel
  readonly #invalidations: Invalidations

  constructor(kernel: PageKernel) {
    this.#kernel = kernel
    this.replica = new PageReplica(kernel)
    const invalidations = (this.#invalidations = new Invalidations(kernel, (order, done) => {
      this.replica.invalidate(order, done)
    }))
    this.directory = new Directory(kernel, invalidations, this.replica)
    this.replica.directory = this.directory
    this.homes = new ObjectHomes(kernel, this.directory)
    kernel.messenger.on(pages.forget, (_from, { object }) => {
      this.#forget(object)
    })
    const gone = ({ id }: { readonly id: KernelId }): void => {
      this.directory.gone(id)
      invalidations.gone(id)
      this.homes.gone(id)
      this.replica.gone(id)
    }
    kernel.membership.events.on('died', gone)
    kernel.membership.events.on('left', gone)
  }

  /** The state of all of them as data, to be shown and compared. */
  snapshot(): unknown {
    return [this.directory, this.#invalidations, this.homes, this.replica].map((role) => role.snapshot())
  }

  /** At an object's home: nothing refers to it any more, on any kernel. */
  objectUnused(object: ObjectId): void {
    for (const { id } of this.#kernel.membership.alive()) this.#kernel.messenger.send(id, pages.forget, { object })
  }

  /** At an object's home: these pages are untouched again. */
  discard(object: ObjectId, first: number, count: number, done: () => void): void {
    this.homes.discard(object, first, count, done)
  }

  /** At an object's home: the rest of this page is zero. */
  clear(object: ObjectId, size: number, page: number, from: number, done: () => void): void {
    if (!this.homes.isTouched(object, page)) {
      done()
      return
    }
    const copies = this.replica.object(object, size)
    const acquisition = new Acquisition([{ pages: copies, page, count: 1, copy: Copy.writable }], {
      acquired: () => {
        copies.content(page, 1).fill(0, from)
        this.replica.release(acquisition)
        done()
      },
      lost: done,
    })
    this.replica.acquire(acquisition)
  }

  collect(
    object: ObjectId,
    size: number,
    wanted: readonly number[],
    use: (page: number, bytes: Uint8Array | null) => void,
    done: () => void,
  ): void {
    const copies = this.replica.object(object, size)
    const [first] = wanted
    if (first === undefined) {
      done()
      return
    }
    let count = 1
    while (count < CHUNK_PAGES && wanted[count] === first + count) count++
    const goOn = (rest: readonly number[]): void => {
      this.collect(object, size, rest, use, done)
    }
    const acquisition = new Acquisition([{ pages: copies, page: first, count, copy: Copy.readable }], {
      acquired: () => {
        for (let page = first; page < first + count; page++) use(page, copies.content(page, 1))
        this.replica.release(acquisition)
        goOn(wanted.slice(count))
      },
      lost: (_need, page) => {
        use(page, null)
        goOn(wanted.filter((each) => each !== page))
      },
    })
    this.replica.acquire(acquisition)
  }

  #forget(object: ObjectId): void {
    this.replica.forget(object)
    this.directory.forget(object)
    this.homes.forget(object)
  }
}
