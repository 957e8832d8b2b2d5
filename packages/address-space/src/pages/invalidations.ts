import type { KernelId } from '@atoll/messaging'
import { chunkOf, type Order } from './chunks.js'
import { isGone, type PageKernel } from './ports.js'
import { pages } from './protocol.js'
import { told } from './tree.js'

/** An order that was given, and who has not answered. */
interface Given {
  readonly order: Order
  /** Who gave it to this kernel; 0: nobody did, this is the home. */
  readonly from: KernelId
  readonly done: () => void
  /** With those that each has been told to tell. */
  readonly open: Map<KernelId, readonly KernelId[]>
}

/**
 * Makes copies of pages void, over a tree of kernels: each tells some of the others, and answers when all below it have answered. Used by the home,
 * at the root, and by every inner node.
 */
export class Invalidations {
  readonly #kernel: PageKernel
  #given: Given[] = []

  /** @param obey Makes this kernel's own copies void, and calls `done`: at once, unless something holds them. */
  constructor(kernel: PageKernel, obey: (order: Order, done: () => void) => void) {
    this.#kernel = kernel
    kernel.messenger.on(pages.invalidate, (from, { others, ...order }) => {
      obey(order, () => {
        this.#give(from, order, others, () => {
          kernel.messenger.send(from, pages.invalidated, order)
        })
      })
    })
    kernel.messenger.on(pages.invalidated, (from, order) => {
      this.#answered(from, order)
    })
  }

  /** At the home: calls `done` when the copies of all these kernels are void. */
  spread(order: Order, kernels: readonly KernelId[], done: () => void): void {
    this.#give(0, order, kernels, done)
  }

  /** A kernel has died: those that it was to tell are told by this one; who waits for its answer waits no more. */
  gone(dead: KernelId): void {
    this.#given = this.#given.filter(({ from }) => from !== dead)
    for (const given of [...this.#given]) {
      const others = given.open.get(dead)
      if (!others) continue
      given.open.delete(dead)
      this.#tell(given, others)
      this.#finish(given)
    }
  }

  /** Its state as data. */
  snapshot(): unknown {
    return this.#given.map(({ order, from, open }) => [order, from, [...open]])
  }

  #give(from: KernelId, order: Order, kernels: readonly KernelId[], done: () => void): void {
    const given: Given = { order, from, done, open: new Map() }
    this.#tell(given, kernels)
    if (given.open.size === 0) done()
    else this.#given.push(given)
  }

  #tell({ order, open }: Given, kernels: readonly KernelId[]): void {
    for (const [kernel, others] of told(kernels.filter((each) => !isGone(each, this.#kernel)))) {
      open.set(kernel, others)
      this.#kernel.messenger.send(kernel, pages.invalidate, { ...order, others })
    }
  }

  #answered(from: KernelId, { object, page, epoch }: Order): void {
    for (const given of [...this.#given]) {
      const { order } = given
      if (order.object !== object || order.epoch !== epoch || chunkOf(order.page) !== chunkOf(page)) continue
      if (given.open.delete(from)) this.#finish(given)
    }
  }

  #finish(given: Given): void {
    if (given.open.size > 0) return
    this.#given = this.#given.filter((each) => each !== given)
    given.done()
  }
}
