import type { KernelId } from '@atoll/messaging'
import type { ObjectId } from '../regions/region.js'
import { CHUNK_PAGES, epochsOf } from './chunks.js'
import type { Transition } from './transition.js'

/** Somebody wants a page, or (0) that nobody has it any more. */
export interface Request {
  readonly from: KernelId
  readonly write: boolean
  /** Is called for pages that nobody has any more, with their number. */
  readonly discarded?: (count: number) => void
}

/** Who has copies of a page; the arrays are shared and never changed. */
export type Holders =
  /** Nobody has had one: it is zero. */
  | 'untouched'
  /** Only a kernel that has died had one. */
  | 'lost'
  /** One kernel, which may write. */
  | { readonly owner: KernelId }
  /** Some kernels, which may read. */
  | { readonly sharers: readonly KernelId[] }

/** A chunk's directory at its home: who has copies of each page, which change of that is under way, and who comes after it. */
export class Chunk {
  readonly object: ObjectId
  /** Number of its first page. */
  readonly first: number
  readonly #holders: Holders[]
  readonly #busy: (Transition | null)[] = new Array<null>(CHUNK_PAGES).fill(null)
  readonly #queues: (Request[] | null)[] = new Array<null>(CHUNK_PAGES).fill(null)
  readonly transitions = new Map<number, Transition>()
  #epoch: number

  constructor(object: ObjectId, number: number, generation: number, holders?: readonly Holders[]) {
    this.object = object
    this.first = number * CHUNK_PAGES
    this.#holders = holders ? [...holders] : new Array<Holders>(CHUNK_PAGES).fill('untouched')
    this.#epoch = epochsOf(generation)
  }

  nextEpoch(): number {
    return ++this.#epoch
  }

  holders(page: number): Holders {
    return this.#holders[page - this.first] ?? 'lost'
  }

  setHolders(page: number, count: number, holders: Holders): void {
    this.#holders.fill(holders, page - this.first, page - this.first + count)
  }

  /** Its state as data: what is said of pages that nobody has touched is left out. */
  snapshot(): unknown {
    const of = <T>(all: readonly (T | null)[]): unknown => [...all.entries()].filter(([, each]) => each !== null)
    const touched = this.#holders.map((each) => (each === 'untouched' ? null : each))
    return [this.object, this.first, of(touched), of(this.#queues), [...this.transitions.values()], this.#epoch]
  }

  /** The numbers of its pages. */
  *numbers(): IterableIterator<number> {
    for (let page = this.first; page < this.first + CHUNK_PAGES; page++) yield page
  }

  isBusy(page: number): boolean {
    return this.#busy[page - this.first] !== null
  }

  begin(transition: Transition): void {
    const { page, count, epoch } = transition
    this.#busy.fill(transition, page - this.first, page - this.first + count)
    this.transitions.set(epoch, transition)
  }

  end({ page, count, epoch }: Transition): void {
    this.#busy.fill(null, page - this.first, page - this.first + count)
    this.transitions.delete(epoch)
  }

  queue(page: number, request: Request): void {
    const queue = (this.#queues[page - this.first] ??= [])
    queue.push(request)
  }

  /** Who wants this page next. */
  next(page: number): Request | undefined {
    return this.#queues[page - this.first]?.[0]
  }

  shift(page: number): void {
    this.#queues[page - this.first]?.shift()
  }

  /** Forgets what a dead kernel wanted. */
  dequeue(dead: KernelId): void {
    for (const [at, queue] of this.#queues.entries()) {
      if (queue) this.#queues[at] = queue.filter(({ from }) => from !== dead)
    }
  }
}

/** Can these pages change hands in one transition? */
export function isSame(one: Holders, other: Holders): boolean {
  if (one === other) return true
  if (typeof one === 'string' || typeof other === 'string') return false
  if ('owner' in one) return 'owner' in other && one.owner === other.owner
  if ('owner' in other || one.sharers.length !== other.sharers.length) return false
  return one.sharers.every((kernel, at) => kernel === other.sharers[at])
}
