import { Acquisition, Copy, PageService } from '@atoll/address-space'
import { MemoryNetwork, Membership, Messenger } from '@atoll/messaging'
import { Rounds } from './rounds.js'

/** An object whose home is kernel 1. */
const OBJECT = 2 ** 24 + 1

/** Messages per poll: more than a kernel gets at once. */
const BUDGET = 4096

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** What it takes to get a page. */
export interface PageCost {
  readonly messages: number
  /** Messages, one after another. */
  readonly steps: number
}

/** So many simulated kernels that have the page protocol, and one page. Kernel 1 is the home of its object, kernel 2 of the page: it writes there first. */
export class PageCrowd {
  readonly #rounds = new Rounds()
  readonly #messengers: readonly Messenger[]
  readonly #services: readonly PageService[]
  readonly kernels: number

  constructor(kernels: number) {
    this.kernels = kernels
    const network = new MemoryNetwork(this.#rounds)
    const transports = Array.from({ length: kernels }, (_, at) => network.transport(at + 1))
    this.#messengers = transports.map((transport) => new Messenger({ transport, log: SILENT }))
    this.#services = this.#messengers.map((messenger) => {
      return new PageService({ id: messenger.self, messenger, membership: new Membership(messenger) })
    })
    this.get(2, Copy.writable)
    // Nobody has talked to its neighbours yet: what links cost belongs to no page.
    for (let id = 3; id <= kernels; id++) this.get(id, Copy.readable)
    this.get(2, Copy.writable)
  }

  /** All but kernel 1 get the page to read. Returns what it took the last of them. */
  share(): PageCost {
    let cost: PageCost = { messages: 0, steps: 0 }
    for (let id = 3; id <= this.kernels; id++) cost = this.get(id, Copy.readable)
    return cost
  }

  /** Kernel `id` gets the page, for a `Copy` of this worth. */
  get(id: number, copy: number): PageCost {
    const replica = this.#services[id - 1]?.replica
    if (!replica) throw new RangeError(`there is no kernel ${id} among ${this.kernels}`)
    const before = this.#rounds.messages
    let isHere = false
    const acquisition = new Acquisition([{ pages: replica.object(OBJECT, 1), page: 0, count: 1, copy }], {
      acquired: () => {
        isHere = true
      },
      lost: () => undefined,
    })
    replica.acquire(acquisition)
    const steps = this.#settle()
    if (!isHere) throw new Error(`kernel ${id} has not got the page`)
    replica.release(acquisition)
    return { messages: this.#rounds.messages - before, steps }
  }

  #settle(): number {
    this.#handle()
    let steps = 0
    for (; this.#rounds.arrive(); steps++) this.#handle()
    return steps
  }

  /** What has arrived is handled, and what that makes kernels say to themselves. */
  #handle(): void {
    for (const messenger of this.#messengers) while (messenger.pending && messenger.poll(BUDGET) > 0);
  }
}
