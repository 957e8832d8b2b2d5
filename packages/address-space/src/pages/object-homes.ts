import type { KernelId } from '@atoll/messaging'
import type { Holders } from './chunk.js'
import type { ObjectId } from '../regions/region.js'
import { byChunk, chunkOf, CHUNK_PAGES, type Run } from './chunks.js'
import type { Directory } from './directory.js'
import { isGone, type PageKernel } from './ports.js'
import { Copy, pages } from './protocol.js'

/** Where a chunk's directory is. */
interface ChunkHome {
  home: KernelId
  generation: number
  /** Who has asked for it: nobody else can have copies. */
  readonly users: Set<KernelId>
  /** Who waits for the new home after the old one has died; `null`: it is known. */
  waiting: { readonly from: KernelId; readonly then: (home: KernelId) => void }[] | null
}

/** What a surveyed kernel has, or had, of a page. */
export interface SurveyedCopy {
  readonly page: number
  readonly state: number
  readonly epoch: number
  /** The kernel that it was given to; 0: none. */
  readonly given: KernelId
}

/** The home of memory objects: knows which kernel is home of which of their chunks, and makes this one the home of those whose home has died. */
export class ObjectHomes {
  readonly #kernel: PageKernel
  readonly #directory: Directory
  readonly #objects = new Map<ObjectId, Map<number, ChunkHome>>()

  constructor(kernel: PageKernel, directory: Directory) {
    this.#kernel = kernel
    this.#directory = directory
    kernel.messenger.serve(pages.locate, (from, { object, chunk, dead }, reply) => {
      this.#locate(object, chunk, from, dead, (home) => {
        reply({ home })
      })
    })
  }

  /** Nothing refers to the object any more. */
  forget(object: ObjectId): void {
    this.#objects.delete(object)
  }

  /** May some kernel have had this page, or another of its chunk? */
  isTouched(object: ObjectId, page: number): boolean {
    return this.#objects.get(object)?.has(chunkOf(page)) === true
  }

  /** These pages are untouched again; `done`: nobody has copies of them. */
  discard(object: ObjectId, page: number, count: number, done: () => void): void {
    const chunks = this.#objects.get(object)
    const runs = [...byChunk(page, count)].filter((run) => chunks?.has(chunkOf(run.page)) === true)
    let left = runs.length
    if (left === 0) done()
    for (const run of runs) {
      this.#discardRun({ object, ...run }, 0, () => {
        if (--left === 0) done()
      })
    }
  }

  #discardRun(run: Run, dead: KernelId, done: () => void): void {
    this.#locate(run.object, chunkOf(run.page), this.#kernel.id, dead, (home) => {
      this.#kernel.messenger.request(home, pages.discard, run, (...[error]) => {
        if (error === null) done()
        else this.#discardRun(run, home, done)
      })
    })
  }

  /** Its state as data. */
  snapshot(): unknown {
    return [...this.#objects].map(([object, chunks]) => [
      object,
      [...chunks].map(([number, { home, generation, users, waiting }]) => [
        number,
        home,
        generation,
        [...users].sort(),
        waiting?.map(({ from }) => from),
      ]),
    ])
  }

  #locate(object: ObjectId, number: number, from: KernelId, dead: KernelId, then: (home: KernelId) => void): void {
    let chunks = this.#objects.get(object)
    if (!chunks) this.#objects.set(object, (chunks = new Map<number, ChunkHome>()))
    let chunk = chunks.get(number)
    if (!chunk) chunks.set(number, (chunk = { home: from, generation: 0, users: new Set(), waiting: null }))
    chunk.users.add(from)
    // The asker may have heard of the death first.
    if (chunk.waiting === null && chunk.home === dead) chunk.waiting = []
    if (chunk.waiting === null) then(chunk.home)
    else chunk.waiting.push({ from, then })
  }

  /** A kernel has died, or left: the chunks that it was home of get a new one. */
  gone(dead: KernelId): void {
    for (const [object, chunks] of this.#objects) {
      for (const [number, chunk] of chunks) if (chunk.home === dead) this.#rebuild(object, number, chunk)
    }
  }

  /** Asks all who may have copies what they have of a chunk whose home has died, and becomes its home. */
  #rebuild(object: ObjectId, number: number, chunk: ChunkHome): void {
    chunk.home = this.#kernel.id
    chunk.waiting ??= []
    const generation = ++chunk.generation
    const asked = [...chunk.users].filter((id) => !isGone(id, this.#kernel))
    const copies = new Map<KernelId, readonly SurveyedCopy[]>()
    let open = asked.length
    if (open === 0) this.#rebuilt(object, number, chunk, copies)
    for (const id of asked) {
      this.#kernel.messenger.request(id, pages.survey, { object, chunk: number, generation }, (error, reply) => {
        if (error === null) copies.set(id, reply.copies)
        if (--open === 0) this.#rebuilt(object, number, chunk, copies)
      })
    }
  }

  #rebuilt(
    object: ObjectId,
    number: number,
    chunk: ChunkHome,
    copies: ReadonlyMap<KernelId, readonly SurveyedCopy[]>,
  ): void {
    if (this.#objects.get(object)?.get(number) !== chunk) return // forgotten meanwhile
    const living = new Map([...copies].filter(([id]) => !isGone(id, this.#kernel)))
    const holders = Array.from({ length: CHUNK_PAGES }, (_, at) => holdersOf(number * CHUNK_PAGES + at, living))
    this.#directory.found(object, number, chunk.generation, holders)
    const { waiting } = chunk
    chunk.waiting = null
    for (const { then } of waiting ?? []) then(chunk.home)
  }
}

/** Who has copies of a page, by what the living say. A page that none of them has ever had may have been the dead's alone. */
function holdersOf(page: number, copies: ReadonlyMap<KernelId, readonly SurveyedCopy[]>): Holders {
  const sharers: KernelId[] = []
  const epochs = new Map<KernelId, number>()
  let kept: { readonly owner: KernelId; readonly epoch: number; readonly given: KernelId } | null = null
  for (const [kernel, all] of copies) {
    const copy = all.find((each) => each.page === page)
    if (!copy) continue
    epochs.set(kernel, copy.epoch)
    if (copy.state === Copy.writable) return { owner: kernel }
    if (copy.state === Copy.readable) sharers.push(kernel)
    else if (copy.given !== 0 && copy.epoch > (kept?.epoch ?? -1)) kept = { owner: kernel, ...copy }
  }
  if (sharers.length > 0) return { sharers }
  // It was on its way, and will not come: whoever sent it still has its content, and gets it back.
  const isUnderWay = kept !== null && copies.has(kept.given) && (epochs.get(kept.given) ?? -1) < kept.epoch
  return kept !== null && isUnderWay ? { sharers: [kept.owner] } : 'lost'
}
