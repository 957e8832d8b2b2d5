import type { KernelId } from '@atoll/messaging'
import { Chunk, isSame, type Holders, type Request } from './chunk.js'
import type { ObjectId } from '../regions/region.js'
import { chunkOf, type Order, type Run } from './chunks.js'
import type { Invalidations } from './invalidations.js'
import type { PageReplica } from './page-replica.js'
import { isGone, type PageKernel } from './ports.js'
import { Content, pages } from './protocol.js'
import type { Transition } from './transition.js'

/** The copies of the home's own kernel. */
export type OwnCopies = Pick<PageReplica, 'recall' | 'granted'>

const NO_BYTES = new Uint8Array()

/**
 * The most pages that change hands in one transition, 128 KiB: their bytes are one record of a link's ring, written there and read from there. More
 * would be put together in fresh memory on the way (a tenth of the speed, measured).
 */
const TRANSITION_PAGES = 32

/**
 * The home's side of the page protocol: who has copies of the pages of the chunks that this kernel is home of. Each page changes hands by one
 * transition at a time, others queue; a transition ends when its requester has said that the pages have come. So whoever is told something about a
 * page has everything that it was sent of it before.
 */
export class Directory {
  readonly #kernel: PageKernel
  readonly #invalidations: Invalidations
  readonly #own: OwnCopies
  readonly #chunks = new Map<ObjectId, Map<number, Chunk>>()

  /** @param own This kernel's own copies: what is said to them is said without messages. */
  constructor(kernel: PageKernel, invalidations: Invalidations, own: OwnCopies) {
    this.#kernel = kernel
    this.#own = own
    this.#invalidations = invalidations
    const { messenger } = kernel
    messenger.on(pages.want, (from, message) => {
      this.want(from, message)
    })
    messenger.serve(pages.discard, (_from, run, reply) => {
      this.#discard(run, () => {
        reply({})
      })
    })
    messenger.on(pages.settled, (_from, message) => {
      this.settled(message)
    })
    messenger.on(pages.missed, (_from, message) => {
      const [chunk, transition] = this.#transition(message)
      if (transition) this.#findSource(chunk, transition)
    })
  }

  /** Kernel `from`, perhaps this one, wants pages. */
  want(from: KernelId, { write, ...run }: Run & { readonly write: boolean }): void {
    const { object, page } = run
    this.#want(this.#chunk(run) ?? this.found(object, chunkOf(page), 0), run, { from, write })
  }

  /** The pages of a transition have come to who wanted them. */
  settled(order: Order): void {
    const [chunk, transition] = this.#transition(order)
    if (transition) this.#complete(chunk, transition)
  }

  /** This kernel becomes the home of a chunk: a new one (so it is when somebody first wants a page of it), or one whose holders are known. */
  found(object: ObjectId, number: number, generation: number, holders?: readonly Holders[]): Chunk {
    let chunks = this.#chunks.get(object)
    if (!chunks) this.#chunks.set(object, (chunks = new Map<number, Chunk>()))
    const chunk = new Chunk(object, number, generation, holders)
    chunks.set(number, chunk)
    return chunk
  }

  /** Nothing refers to the object any more. */
  forget(object: ObjectId): void {
    this.#chunks.delete(object)
  }

  /** Its state as data, to be shown and compared. */
  snapshot(): unknown {
    return [...this.chunks()].map((chunk) => chunk.snapshot())
  }

  /** All chunks that this kernel is home of. */
  *chunks(): IterableIterator<Chunk> {
    for (const chunks of this.#chunks.values()) yield* chunks.values()
  }

  #chunk({ object, page }: { readonly object: ObjectId; readonly page: number }): Chunk | undefined {
    return this.#chunks.get(object)?.get(chunkOf(page))
  }

  #transition(run: Order): [Chunk, Transition] | [undefined, undefined] {
    const chunk = this.#chunk(run)
    const transition = chunk?.transitions.get(run.epoch)
    return chunk && transition ? [chunk, transition] : [undefined, undefined]
  }

  #want(chunk: Chunk, { page, count }: Run, request: Request): void {
    for (let at = page; at < page + count; at++) chunk.queue(at, request)
    this.#serve(chunk, page, count)
  }

  /** The pages are untouched again, once nobody has copies of them. */
  #discard(run: Run, done: () => void): void {
    const chunk = this.#chunk(run)
    if (!chunk) {
      done()
      return
    }
    let left = run.count
    const discarded = (count: number): void => {
      left -= count
      if (left === 0) done()
    }
    this.#want(chunk, run, { from: 0, write: true, discarded })
  }

  /** Begins what can begin: runs of neighbouring pages that the same kernel wants next, and that the same kernels have. */
  #serve(chunk: Chunk, page: number, count: number): void {
    const end = page + count
    for (let at = page; at < end;) {
      const request = chunk.isBusy(at) ? undefined : chunk.next(at)
      if (!request) {
        at++
        continue
      }
      const before = chunk.holders(at)
      const first = at
      const stop = Math.min(end, first + TRANSITION_PAGES)
      do {
        chunk.shift(at++)
      } while (at < stop && !chunk.isBusy(at) && isWant(chunk.next(at), request) && isSame(chunk.holders(at), before))
      this.#begin(chunk, first, at - first, request, before)
    }
  }

  #begin(chunk: Chunk, page: number, count: number, request: Request, before: Holders): void {
    const { from, write, discarded } = request
    const transition: Transition = {
      epoch: chunk.nextEpoch(),
      page,
      count,
      requester: from,
      write,
      before,
      isInvalidating: false,
      source: 0,
      isOrphan: false,
    }
    chunk.begin(transition)
    if (discarded) this.#beginDiscarding(chunk, transition, discarded)
    else if (before === 'untouched') this.#grant(chunk, transition, Content.zero, true)
    else if (before === 'lost') this.#lose(chunk, transition)
    else if ('owner' in before) {
      if (before.owner === from) this.#grant(chunk, transition, Content.kept, true)
      else this.#recall(chunk, transition, before.owner)
    } else this.#beginShared(chunk, transition, before.sharers)
  }

  #beginDiscarding(chunk: Chunk, transition: Transition, discarded: (count: number) => void): void {
    const { object } = chunk
    const { page, count, epoch } = transition
    transition.isInvalidating = true
    this.#invalidations.spread({ object, page, count, epoch }, this.#holdersBefore(transition), () => {
      this.#end(chunk, transition, 'untouched')
      discarded(count)
    })
  }

  #beginShared(chunk: Chunk, transition: Transition, sharers: readonly KernelId[]): void {
    const { requester, write } = transition
    const hasCopy = sharers.includes(requester)
    if (!write) {
      if (hasCopy) this.#grant(chunk, transition, Content.kept, false)
      else this.#recall(chunk, transition, this.#sourceAmong(sharers))
      return
    }
    const source = hasCopy ? requester : this.#sourceAmong(sharers)
    const others = sharers.filter((kernel) => kernel !== requester && kernel !== source)
    const { object } = chunk
    const { page, count, epoch } = transition
    transition.isInvalidating = true
    this.#invalidations.spread({ object, page, count, epoch }, others, () => {
      this.#invalidated(chunk, transition)
    })
  }

  /** The kernel that is to send copies to read: this one if it can, else always the same one of these. */
  #sourceAmong(sharers: readonly KernelId[]): KernelId {
    return sharers.includes(this.#kernel.id) ? this.#kernel.id : (sharers.at(-1) ?? 0)
  }

  /** Once all other copies are void, who has one is to send it. */
  #invalidated(chunk: Chunk, transition: Transition): void {
    transition.isInvalidating = false
    if (transition.isOrphan) this.#finishOrphan(chunk, transition)
    else this.#findSource(chunk, transition)
  }

  /** Someone who has the content, or has had it until this transition and changed nothing since, is to send it; nobody: it is lost. */
  #findSource(chunk: Chunk, transition: Transition): void {
    const holders = this.#holdersBefore(transition)
    const { requester, before } = transition
    if (holders.includes(requester)) this.#grant(chunk, transition, Content.kept, true)
    else if (holders.length === 0) this.#lose(chunk, transition)
    else this.#recall(chunk, transition, isShared(before) ? this.#sourceAmong(holders) : (holders[0] ?? 0))
  }

  /** Those who had copies before the transition, and live. */
  #holdersBefore({ before }: Transition): readonly KernelId[] {
    if (typeof before === 'string') return []
    const all = 'owner' in before ? [before.owner] : before.sharers
    return all.filter((kernel) => !isGone(kernel, this.#kernel))
  }

  #recall({ object }: Chunk, transition: Transition, source: KernelId): void {
    const { page, count, epoch, requester, write } = transition
    transition.source = source
    const recall = { object, page, count, epoch, to: requester, take: write }
    if (source === this.#kernel.id) this.#own.recall(recall)
    else this.#kernel.messenger.send(source, pages.recall, recall)
  }

  #grant({ object }: Chunk, { page, count, epoch, requester }: Transition, content: number, write: boolean): void {
    const grant = { object, page, count, epoch, write, content, bytes: NO_BYTES }
    if (requester === this.#kernel.id) this.#own.granted(grant)
    else this.#kernel.messenger.send(requester, pages.grant, grant)
  }

  /** The content is gone with a kernel that died. Nothing need be settled: nobody has anything. */
  #lose(chunk: Chunk, transition: Transition): void {
    this.#grant(chunk, transition, Content.lost, false)
    this.#end(chunk, transition, 'lost')
  }

  /** The requester has the pages. */
  #complete(chunk: Chunk, transition: Transition): void {
    this.#end(chunk, transition, after(transition, this.#holdersBefore(transition)))
  }

  #end(chunk: Chunk, transition: Transition, holders: Holders): void {
    const { page, count } = transition
    chunk.setHolders(page, count, holders)
    chunk.end(transition)
    this.#serve(chunk, page, count)
  }

  /** A kernel has died, or left: nobody waits for it, and nobody has what it had alone. */
  gone(dead: KernelId): void {
    for (const chunk of this.chunks()) {
      chunk.dequeue(dead)
      for (const transition of [...chunk.transitions.values()]) this.#goneAmid(chunk, transition, dead)
      this.#goneFrom(chunk, dead)
    }
  }

  #goneFrom(chunk: Chunk, dead: KernelId): void {
    for (const page of chunk.numbers()) {
      if (chunk.isBusy(page)) continue // what is under way has been seen to, and looks at who lives when it ends
      const holders = chunk.holders(page)
      if (typeof holders === 'string') continue
      const left = ('owner' in holders ? [holders.owner] : holders.sharers).filter((kernel) => kernel !== dead)
      if (left.length === 0) chunk.setHolders(page, 1, 'lost')
      else if (!('owner' in holders) && left.length < holders.sharers.length)
        chunk.setHolders(page, 1, { sharers: left })
    }
  }

  #goneAmid(chunk: Chunk, transition: Transition, dead: KernelId): void {
    const { isInvalidating, requester, source } = transition
    if (requester === dead) transition.isOrphan = true
    if (isInvalidating) return // that goes on first
    if (requester === dead) this.#finishOrphan(chunk, transition)
    else if (source === dead) this.#verify(chunk, transition)
  }

  /** Has what the dead kernel was to send come? If so, `settled` is on its way. */
  #verify({ object }: Chunk, { page, count, epoch, requester, source }: Transition): void {
    this.#kernel.messenger.send(requester, pages.verify, { object, page, count, epoch, source })
  }

  /** Its requester has died and has changed nothing: had it come so far, it would have settled. All is as before, as far as those live who had copies. */
  #finishOrphan(chunk: Chunk, transition: Transition): void {
    const { requester, write, before } = transition
    const holders = this.#holdersBefore(transition).filter((kernel) => kernel !== requester)
    if (holders.length === 0) this.#end(chunk, transition, 'lost')
    else if (write) {
      // Whoever has given it away still has its content; the next request, its own or another's, finds it there.
      this.#end(chunk, transition, { owner: isShared(before) ? this.#sourceAmong(holders) : (holders[0] ?? 0) })
    } else this.#end(chunk, transition, { sharers: holders })
  }
}

const isShared = (holders: Holders): boolean => typeof holders !== 'string' && 'sharers' in holders

const isWant = (request: Request | undefined, { from, write, discarded }: Request): boolean =>
  request !== undefined && request.from === from && request.write === write && request.discarded === discarded

/** Who has copies when a transition is over; `living`: of those who had some before. */
function after({ requester, write, before }: Transition, living: readonly KernelId[]): Holders {
  if (write || before === 'untouched') return { owner: requester }
  if (typeof before !== 'string' && 'owner' in before && before.owner === requester) return before
  return { sharers: living.includes(requester) ? living : [...living, requester] }
}
