import type { KernelId } from '@atoll/messaging'
import { Acquisition, inOrder } from './acquisition.js'
import type { ObjectId } from '../regions/region.js'
import { PAGE_SIZE } from '../constants.js'
import { homeOfObject, isFile } from '../objects/object-numbers.js'
import { byChunk, chunkOf, CHUNK_PAGES, epochsOf, type Order, type Run } from './chunks.js'
import type { Directory } from './directory.js'
import { ObjectCopies } from './object-copies.js'
import type { SurveyedCopy } from './object-homes.js'
import { isGone, type PageKernel } from './ports.js'
import { Content, Copy, pages } from './protocol.js'

/** A grant beyond this takes the bulk lane. */
const BULK_BYTES = 16 * 1024

/**
 * So much is asked for ahead of what has come, 512 KiB: what a link's ring has no room for its sender keeps in fresh memory, and while both sides send more than that
 * to each other the collection of that garbage takes most of the time (measured).
 */
const WINDOW_PAGES = 128

type Want = Run & { readonly write: boolean }

type Grant = Order & {
  readonly write: boolean
  readonly content: number
  readonly bytes: Uint8Array
}

type Recall = Order & { readonly to: KernelId; readonly take: boolean }

/** What a kernel knows of a chunk of which it has, or wants, pages. */
interface KnownChunk {
  /** 0: not known yet. */
  home: KernelId
  /** What is of this epoch or before was granted by a home that has died, and is void. */
  floor: number
  /** What is to be asked of the home once it is known. */
  unsent: { readonly page: number; readonly count: number; readonly write: boolean }[]
}

/** An order about pages that are held. */
interface Deferred {
  readonly order: Order
  readonly act: () => void
}

/** An object, as far as this kernel uses it. */
class KnownObject {
  readonly pages: ObjectCopies
  readonly chunks = new Map<number, KnownChunk>()
  /** Acquisitions that wait for a page, by its number. */
  readonly waiting = new Map<number, Acquisition[]>()
  /** The object whose pages an untouched one of this copies; 0: none, they are zero. */
  readonly source: ObjectId

  constructor(pages: ObjectCopies, source: ObjectId) {
    this.pages = pages
    this.source = source
  }
}

/** The side of the page protocol that has copies, and wants some. */
export class PageReplica {
  /** This kernel's own directory: what is said to it is said without messages. */
  directory: Pick<Directory, 'want' | 'settled'> | null = null
  readonly #kernel: PageKernel
  readonly #objects = new Map<ObjectId, KnownObject>()
  /** Whose homes ask whether something has come from a kernel whose death this one has not heard of. */
  #unverified: { readonly home: KernelId; readonly source: KernelId; readonly order: Order }[] = []
  /** What others want of pages that are held. */
  #deferred: Deferred[] = []

  constructor(kernel: PageKernel) {
    this.#kernel = kernel
    const { messenger } = kernel
    messenger.on(pages.grant, (_from, message) => {
      this.granted(message)
    })
    messenger.on(pages.grantBulk, (_from, message) => {
      this.granted(message)
    })
    messenger.on(pages.recall, (_from, message) => {
      this.recall(message)
    })
    messenger.on(pages.verify, (from, { source, ...message }) => {
      this.#verify(from, source, message)
    })
    messenger.serve(pages.survey, (_from, { object, chunk, generation }, reply) => {
      reply({ copies: this.#survey(object, chunk, generation) })
    })
  }

  /** This kernel's copies of an object of `count` pages; made, all worth nothing, when they are first asked for. */
  object(object: ObjectId, count: number, source: ObjectId = 0): ObjectCopies {
    let known = this.#objects.get(object)
    if (!known) this.#objects.set(object, (known = new KnownObject(new ObjectCopies(object, count), source)))
    else if (known.pages.count < count) known.pages.grow(count)
    return known.pages
  }

  /** Nothing refers to the object any more. */
  forget(object: ObjectId): void {
    const known = this.#objects.get(object)
    if (!known) return
    this.#objects.delete(object)
    this.#deferred = this.#deferred.filter(({ order }) => order.object !== object)
    known.pages.written = null
    // Nothing comes any more: a release goes on without it.
    for (const [page, waiting] of known.waiting) for (const each of waiting) this.#fail(each, page)
  }

  /** Its state as data. */
  snapshot(): unknown {
    return [
      [...this.#objects].map(([object, { pages: own, chunks, waiting }]) => [
        object,
        [own.states, own.epochs, own.given, own.wanted, own.holds].map((each) => each.join()),
        [...chunks],
        [...waiting].map(([page, { length }]) => [page, length]),
      ]),
      this.#deferred.map(({ order }) => order),
      this.#unverified,
    ]
  }

  /** Gets all that it needs, and holds it. Its `end` may be called before this returns. */
  acquire(acquisition: Acquisition): void {
    this.#advance(acquisition)
  }

  /** What an acquisition holds can be taken again; if it was under way, it ends without a word. */
  release(acquisition: Acquisition): void {
    acquisition.isOver = true
    for (const [at, { pages: held, page, count }] of acquisition.needs.entries()) {
      const number = at < acquisition.at ? count : at === acquisition.at ? acquisition.held : 0
      for (let each = page; each < page + number; each++) held.holds[each] = (held.holds[each] ?? 1) - 1
    }
    acquisition.at = acquisition.held = 0
    this.#actDeferred()
  }

  /** Calls `done` when all that was written here of these objects, and is not seen by others yet, is. */
  releaseWritten(objects: Iterable<ObjectCopies>, done: () => void): void {
    const needs = [...objects].flatMap((copies) =>
      (copies.written?.unreleased() ?? []).map((page) => ({ pages: copies, page, count: 1, copy: Copy.writable })),
    )
    if (needs.length === 0) {
      done()
      return
    }
    // Whoever has a page to itself has in it what it has written, and nobody else has an older copy.
    const acquisition = new Acquisition(inOrder(needs), {
      acquired: () => {
        this.release(acquisition)
        done()
      },
      lost: ({ pages: lost }) => {
        lost.written?.forget()
        this.releaseWritten(objects, done)
      },
    })
    this.acquire(acquisition)
  }

  /** Asks for pages that nobody waits for: they will be needed soon. */
  prefetch({ object }: ObjectCopies, page: number, count: number, copy: number): void {
    const known = this.#objects.get(object)
    if (known) this.#want(known, page, Math.min(count, known.pages.count - page), copy)
  }

  #advance(acquisition: Acquisition): void {
    if (acquisition.isOver) return
    for (; acquisition.at < acquisition.needs.length; acquisition.at++, acquisition.held = 0) {
      const need = acquisition.needs[acquisition.at]
      if (!need) break
      for (; acquisition.held < need.count; acquisition.held++) {
        const page = need.page + acquisition.held
        if ((need.pages.states[page] ?? 0) < need.copy) {
          const known = this.#objects.get(need.pages.object)
          if (known?.pages !== need.pages) {
            this.#fail(acquisition, page) // its object was forgotten meanwhile
            return
          }
          this.#await(acquisition, known, page)
          this.#want(known, page, Math.min(WINDOW_PAGES, need.count - acquisition.held), need.copy)
          return
        }
        need.pages.holds[page] = (need.pages.holds[page] ?? 0) + 1
      }
    }
    acquisition.end.acquired()
  }

  #await(acquisition: Acquisition, { waiting }: KnownObject, page: number): void {
    const others = waiting.get(page)
    if (others) others.push(acquisition)
    else waiting.set(page, [acquisition])
  }

  /** Asks for those of these pages that are not here and have not been asked for. */
  #want(known: KnownObject, page: number, count: number, copy: number): void {
    const { states, wanted } = known.pages
    const isMissing = (at: number): boolean => Math.max(states[at] ?? 0, wanted[at] ?? 0) < copy
    for (const run of byChunk(page, count)) {
      const end = run.page + run.count
      for (let at = run.page; at < end; at++) {
        if (!isMissing(at)) continue
        const first = at
        while (at < end && isMissing(at)) wanted[at++] = copy
        this.#send(known, { page: first, count: at - first, write: copy === Copy.writable })
      }
    }
  }

  #send(known: KnownObject, want: { readonly page: number; readonly count: number; readonly write: boolean }): void {
    const { object } = known.pages
    const chunk = this.#chunk(known, chunkOf(want.page))
    if (chunk.home === 0) chunk.unsent.push(want)
    else this.#ask(chunk.home, { object, ...want })
  }

  #ask(home: KernelId, want: Want): void {
    if (home === this.#kernel.id) this.directory?.want(home, want)
    else this.#kernel.messenger.send(home, pages.want, want)
  }

  #chunk(known: KnownObject, number: number): KnownChunk {
    let chunk = known.chunks.get(number)
    if (!chunk) {
      known.chunks.set(number, (chunk = { home: 0, floor: 0, unsent: [] }))
      this.#locate(known, number, chunk, 0)
    }
    return chunk
  }

  #locate(known: KnownObject, number: number, chunk: KnownChunk, dead: KernelId): void {
    const { object } = known.pages
    const home = homeOfObject(object)
    if (isGone(home, this.#kernel)) {
      this.#loseChunk(known, number)
      return
    }
    this.#kernel.messenger.request(home, pages.locate, { object, chunk: number, dead }, (error, reply) => {
      if (error) this.#loseChunk(known, number)
      else if (isGone(reply.home, this.#kernel)) this.#locate(known, number, chunk, reply.home)
      else {
        chunk.home = reply.home
        for (const want of chunk.unsent.splice(0)) {
          this.#ask(chunk.home, { object, ...want })
        }
      }
    })
  }

  /** Sends copies to who is to have them, as soon as nothing holds them. */
  recall(recall: Recall): void {
    this.#unlessHeld(recall, () => {
      this.#recalled(recall)
    })
  }

  /** Pages have come, or cannot come. */
  granted(grant: Grant): void {
    const known = this.#objects.get(grant.object)
    if (!known || this.#isVoid(known, grant)) return
    const { page, count, content } = grant
    if (content === Content.lost) this.#lost(known, page, count)
    else if (content === Content.zero && known.source !== 0) this.#copySource(known, grant)
    else if (content === Content.zero && isFile(grant.object)) this.#readFile(known, grant)
    else this.#settle(known, grant)
  }

  #isVoid(known: KnownObject, { page, epoch }: { readonly page: number; readonly epoch: number }): boolean {
    return epoch <= (known.chunks.get(chunkOf(page))?.floor ?? 0)
  }

  #settle(known: KnownObject, { object, page, count, epoch, write, content, bytes }: Grant): void {
    const copy = write ? Copy.writable : Copy.readable
    if (content === Content.bytes) known.pages.content(page, count).set(bytes)
    else if (content === Content.zero) known.pages.content(page, count).fill(0)
    known.pages.gain(page, count, copy, epoch)
    const { wanted } = known.pages
    for (let at = page; at < page + count; at++) if ((wanted[at] ?? 0) <= copy) wanted[at] = Copy.none
    // First, for a home that is told at once gives the pages to who is next before it returns.
    this.#wake(known, page, count)
    const { home } = this.#chunk(known, chunkOf(page))
    // Without a home this grant is the last of one that has died: the next will ask what has come.
    const order = { object, page, count, epoch }
    if (home === this.#kernel.id) this.directory?.settled(order)
    else if (home !== 0) this.#kernel.messenger.send(home, pages.settled, order)
  }

  /** Goes on with those who wait for these pages. */
  #wake(known: KnownObject, page: number, count: number): void {
    if (known.waiting.size === 0) return
    for (let at = page; at < page + count; at++) {
      const waiting = known.waiting.get(at)
      if (!waiting) continue
      known.waiting.delete(at)
      for (const acquisition of waiting) this.#advance(acquisition)
    }
  }

  /** The first copy of a private page is one of its source's. */
  #copySource(known: KnownObject, grant: Grant): void {
    const { page, count } = grant
    const source = this.object(known.source, known.pages.count) // this kernel may see it for the first time
    const bytes = new Uint8Array(count * PAGE_SIZE)
    const need = { pages: source, page, count, copy: Copy.readable }
    const acquisition = new Acquisition([need], {
      acquired: () => {
        bytes.set(source.content(page, count))
        this.release(acquisition)
        if (!this.#isVoid(known, grant)) this.#settle(known, { ...grant, content: Content.bytes, bytes })
      },
      lost: () => {
        this.#missed(known, grant)
      },
    })
    this.#advance(acquisition)
  }

  /** The first copy of a file's page is read by the file's home. */
  #readFile(known: KnownObject, grant: Grant): void {
    const { object, page, count } = grant
    this.#kernel.messenger.request(homeOfObject(object), pages.read, { object, page, count }, (error, reply) => {
      if (this.#objects.get(object) !== known) return // forgotten meanwhile
      if (error || reply.bytes.length === 0) this.#missed(known, grant)
      else if (!this.#isVoid(known, grant))
        this.#settle(known, { ...grant, content: Content.bytes, bytes: reply.bytes })
    })
  }

  /** The chunk's home ends the transition, for others who wait, and says that the page is lost. */
  #missed(known: KnownObject, { object, page, count, epoch }: Grant): void {
    const { home } = this.#chunk(known, chunkOf(page))
    if (home !== 0) this.#kernel.messenger.send(home, pages.missed, { object, page, count, epoch })
  }

  #lost(known: KnownObject, page: number, count: number): void {
    known.pages.wanted.fill(Copy.none, page, page + count)
    for (let at = page; at < page + count; at++) {
      const waiting = known.waiting.get(at)
      known.waiting.delete(at)
      for (const acquisition of waiting ?? []) this.#fail(acquisition, at)
    }
  }

  #fail(acquisition: Acquisition, page: number): void {
    const need = acquisition.needs[acquisition.at]
    if (acquisition.isOver || !need) return
    this.release(acquisition)
    acquisition.end.lost(need, page)
  }

  /** Neither the chunk's home nor its object's lives. */
  #loseChunk(known: KnownObject, number: number): void {
    known.chunks.delete(number)
    this.#lost(known, number * CHUNK_PAGES, CHUNK_PAGES)
  }

  /** Runs `act` when none of these pages is held any more: at once, mostly. */
  #unlessHeld(order: Order, act: () => void): void {
    const { object, page, count } = order
    if (this.#objects.get(object)?.pages.isHeld(page, count) === true) this.#deferred.push({ order, act })
    else act()
  }

  #actDeferred(): void {
    if (this.#deferred.length === 0) return
    const deferred = this.#deferred
    this.#deferred = []
    for (const { order, act } of deferred) this.#unlessHeld(order, act)
  }

  /** Sends copies to who is to have them. Their content is here even if they are worth nothing any more. */
  #recalled({ object, page, count, epoch, to, take }: Recall): void {
    const known = this.#objects.get(object)
    if (!known || this.#isVoid(known, { page, epoch })) return
    const bytes = known.pages.content(page, count)
    const grant = { object, page, count, epoch, write: take, content: Content.bytes, bytes }
    this.#kernel.messenger.send(to, bytes.length > BULK_BYTES ? pages.grantBulk : pages.grant, grant)
    if (take) known.pages.give(page, count, to, epoch)
    else {
      known.pages.mark(page, count, Copy.readable, epoch)
      known.pages.losses++ // who could write can't any more
    }
  }

  /** Makes copies void, as soon as nothing holds them; then calls `done`. */
  invalidate(order: Order, done: () => void): void {
    this.#unlessHeld(order, () => {
      this.#invalidate(order)
      done()
    })
  }

  /** Some of them may have come again since this was sent, by a kernel that has died. */
  #invalidate({ object, page, count, epoch }: Order): void {
    const known = this.#objects.get(object)
    if (!known || this.#isVoid(known, { page, epoch })) return
    for (let at = page; at < page + count; at++) {
      if ((known.pages.epochs[at] ?? 0) < epoch) known.pages.invalidate(at, 1, epoch)
    }
  }

  /** Answers when it is certain that nothing will come from the dead kernel any more. */
  #verify(home: KernelId, source: KernelId, order: Order): void {
    if (!isGone(source, this.#kernel)) {
      this.#unverified.push({ home, source, order })
      return
    }
    const known = this.#objects.get(order.object)
    if (!known || this.#isVoid(known, order)) return
    if ((known.pages.epochs[order.page] ?? 0) < order.epoch) this.#kernel.messenger.send(home, pages.missed, order)
  }

  /** What this kernel has of a chunk, or had. What the chunk's earlier homes have granted and has not come yet is void from now on. */
  #survey(object: ObjectId, number: number, generation: number): SurveyedCopy[] {
    const known = this.#objects.get(object)
    if (!known) return []
    this.#chunk(known, number).floor = epochsOf(generation)
    const { states, epochs, given, count } = known.pages
    const copies: SurveyedCopy[] = []
    for (let page = number * CHUNK_PAGES; page < Math.min(count, (number + 1) * CHUNK_PAGES); page++) {
      const epoch = epochs[page] ?? 0
      if (epoch > 0) copies.push({ page, state: states[page] ?? 0, epoch, given: given[page] ?? 0 })
    }
    return copies
  }

  /** A kernel has died, or left. */
  gone(dead: KernelId): void {
    const unverified = this.#unverified
    this.#unverified = []
    for (const { home, source, order } of unverified) this.#verify(home, source, order)
    for (const known of this.#objects.values()) {
      for (const [number, chunk] of known.chunks) if (chunk.home === dead) this.#homeGone(known, number, chunk, dead)
    }
  }

  /** What was asked of a chunk's home is asked of the next. */
  #homeGone(known: KnownObject, number: number, chunk: KnownChunk, dead: KernelId): void {
    const first = number * CHUNK_PAGES
    const end = Math.min(known.pages.count, first + CHUNK_PAGES)
    this.#deferred = this.#deferred.filter(
      ({ order }) => order.object !== known.pages.object || chunkOf(order.page) !== number,
    )
    known.pages.wanted.fill(Copy.none, first, end)
    chunk.home = 0
    chunk.unsent = []
    this.#locate(known, number, chunk, dead)
    this.#wake(known, first, end - first)
  }
}
