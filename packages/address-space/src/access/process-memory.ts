import { PosixError, type ProcessReplica, type ReleasableMemory } from '@atoll/kernel'
import { MAP_RELEASE, PAGE_SIZE, PROT_READ, PROT_WRITE } from '../constants.js'
import { Acquisition, inOrder } from '../pages/acquisition.js'
import type { ObjectCopies } from '../pages/object-copies.js'
import { Copy } from '../pages/protocol.js'
import type { PageReplica } from '../pages/page-replica.js'
import type { ObjectId, Region } from '../regions/region.js'
import type { AddressSpace } from '../regions/replica.js'
import { BufferNames } from '../views/buffer-names.js'
import { isChecked, type StoreCheck } from '../views/store-check.js'
import { forgetWindows } from './windows.js'
import type { Fault } from './memory-fault.js'
import { areHere, needsOf, noteWriting, type Piece, type Use } from './pieces.js'

/** A range of addresses, and what is to be done with it. */
export interface Access extends Use {
  readonly address: number
  readonly length: number
}

/** So many pages are asked for ahead of who reads one after the other. */
const MOST_AHEAD = 64

/** How an access that had to wait goes on. */
export interface AccessEnd {
  /** All is here and held: to be used now, without waiting. It is let go of when this returns. */
  readonly ready: (pieces: readonly Piece[]) => void
  readonly failed: (reason: Fault | PosixError) => void
}

/** An access that waits: for what is mapped there, or for pages. */
interface Waiting {
  readonly wanted: Access
  readonly end: AccessEnd
  acquisition: Acquisition | null
  /** Counts how often it has begun: what was asked for an earlier time concerns it no more. */
  attempt: number
  isOver: boolean
}

/** A process's memory, as one kernel sees it: from addresses to pages. */
export class ProcessMemory implements ReleasableMemory {
  readonly process: ProcessReplica
  readonly replica: PageReplica
  readonly #space: AddressSpace
  /** By which views of this process travel. */
  readonly names: BufferNames
  /** Are stores through views that were made to read found? */
  readonly isChecked: boolean
  /** Of the slice of a thread that runs. */
  check: StoreCheck | null = null
  /** Objects that this process maps under release consistency, as far as this kernel has used them. */
  readonly #relaxed = new Set<ObjectCopies>()
  /** The read that had to wait last: the page after those that it got, and how many of these it did not ask for itself. */
  #sequence: { readonly copies: ObjectCopies; readonly next: number; readonly ahead: number } | null = null
  readonly #waiting = new Set<Waiting>()
  readonly #listeners = new Set<(isChanged: (at: number, length: number) => boolean) => void>()

  constructor(process: ProcessReplica, space: AddressSpace, replica: PageReplica) {
    this.process = process
    this.replica = replica
    this.isChecked = isChecked(process)
    this.#space = space
    this.names = new BufferNames(this)
    process.surroundings.others = this.names
    space.changed = (ranges) => {
      forgetWindows(process)
      const isChanged = (at: number, length: number): boolean =>
        ranges.some(({ start, end }) => start < at + length && at < end)
      for (const waiting of [...this.#waiting]) {
        if (isChanged(waiting.wanted.address, waiting.wanted.length)) this.#again(waiting)
      }
      for (const listener of this.#listeners) listener(isChanged)
    }
  }

  get isDirty(): boolean {
    for (const copies of this.#relaxed) {
      if (copies.written === null)
        this.#relaxed.delete(copies) // nothing maps it any more
      else if (!copies.written.isEmpty) return true
    }
    return false
  }

  release(done: () => void): void {
    this.replica.releaseWritten(this.#relaxed, done)
  }

  /** Has `listener` called when something is not mapped any more as it was; it is given a test for ranges. Returns how to end that. */
  onChange(listener: (isChanged: (at: number, length: number) => boolean) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The region of this address, if it is known here. */
  find(address: number): Region | null {
    return this.#space.find(address)
  }

  /** Asks the process's origin what is mapped at this address. */
  learn(address: number, then: (region: Region | null) => void): void {
    this.#space.learn(address, then)
  }

  /** This kernel's copies of an object. Throws `ENOMEM` if there is not so much memory. */
  copies(object: ObjectId, pages: number, source: ObjectId, syscall = 'mmap'): ObjectCopies {
    try {
      const copies = this.replica.object(object, pages, source)
      this.names.note(copies, source)
      return copies
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      const explanation = `kernel ${this.process.kernel.id} has no ${pages * PAGE_SIZE} bytes in one piece for the object that is mapped there`
      throw new PosixError('ENOMEM', syscall, explanation)
    }
  }

  /** The parts of the range, if this kernel knows all of its regions and they allow the access; else the first address in doubt. */
  resolve({ address, length, access }: Access): readonly Piece[] | number {
    const pieces: Piece[] = []
    const end = address + length
    for (let at = address; at < end;) {
      const region = this.#space.find(at)
      if (region === null || refusalOf(region, at, access) !== null) return at
      const inObject = region.offset + (at - region.start)
      const stop = Math.min(end, region.end, region.start + region.pages * PAGE_SIZE - region.offset)
      pieces.push({ copies: this.#copiesOf(region), at: inObject, length: stop - at, isRelaxed: isRelaxed(region) })
      at = stop
    }
    return pieces
  }

  #copiesOf(region: Region): ObjectCopies {
    const copies = this.copies(region.object, region.pages, region.source)
    if (isRelaxed(region)) this.relax(copies)
    return copies
  }

  /** Some of it is mapped under release consistency. */
  relax(copies: ObjectCopies): void {
    copies.relax()
    this.#relaxed.add(copies)
  }

  /** The parts of the range, if all is known and here; else `null`: the access has to wait. */
  ready(wanted: Access): readonly Piece[] | null {
    const pieces = this.resolve(wanted)
    if (typeof pieces === 'number' || !areHere(needsOf(pieces, wanted))) return null
    this.#noteUse(pieces, wanted)
    return pieces
  }

  /** The pieces, whose pages are here, are about to be used. */
  #noteUse(pieces: readonly Piece[], use: Use): void {
    noteWriting(pieces, use)
    if (use.access === PROT_WRITE) this.check?.stores(pieces)
  }

  /** Gets what the access needs, and goes on by `end`, perhaps before it returns. Returns how to give it up. */
  wait(wanted: Access, end: AccessEnd): () => void {
    const waiting: Waiting = { wanted, end, acquisition: null, attempt: 0, isOver: false }
    this.#waiting.add(waiting)
    this.#go(waiting)
    return () => {
      this.#finish(waiting)
    }
  }

  #go(waiting: Waiting): void {
    const { wanted, end } = waiting
    let pieces: readonly Piece[] | number
    try {
      pieces = this.resolve(wanted)
    } catch (error) {
      if (!(error instanceof PosixError)) throw error
      this.#finish(waiting)
      end.failed(error)
      return
    }
    if (typeof pieces === 'number') {
      this.#learn(waiting, pieces)
      return
    }
    this.#acquire(waiting, pieces)
  }

  #learn(waiting: Waiting, address: number): void {
    const { wanted, end, attempt } = waiting
    this.#space.learn(address, (region) => {
      if (waiting.isOver || waiting.attempt !== attempt) return
      const refusal = refusalOf(region, address, wanted.access)
      if (refusal === null) this.#go(waiting)
      else {
        this.#finish(waiting)
        end.failed(refusal)
      }
    })
  }

  #acquire(waiting: Waiting, pieces: readonly Piece[]): void {
    const { wanted, end } = waiting
    const acquisition = new Acquisition(inOrder(needsOf(pieces, wanted)), {
      acquired: () => {
        this.#noteUse(pieces, wanted)
        end.ready(pieces)
        this.#finish(waiting)
      },
      lost: ({ pages }, page) => {
        this.#finish(waiting)
        end.failed(lostPage(addressOf(wanted, pieces, pages, page), wanted.access))
      },
    })
    waiting.acquisition = acquisition
    this.replica.acquire(acquisition)
    if (wanted.access === PROT_READ) this.#readAhead(pieces.at(-1))
  }

  /** Whoever reads one page after the other finds the next ones under way: twice as many each time. */
  #readAhead(piece: Piece | undefined): void {
    if (!piece) return
    const { copies, at, length } = piece
    const next = Math.floor((at + length - 1) / PAGE_SIZE) + 1
    const last = this.#sequence
    const isSequel = last !== null && last.copies === copies && Math.floor(at / PAGE_SIZE) === last.next
    const ahead = isSequel ? Math.min(Math.max(1, 2 * last.ahead), MOST_AHEAD) : 0
    if (ahead > 0) this.replica.prefetch(copies, next, ahead, Copy.readable)
    this.#sequence = { copies, next: next + ahead, ahead }
  }

  #again(waiting: Waiting): void {
    if (waiting.acquisition !== null) this.replica.release(waiting.acquisition)
    waiting.acquisition = null
    waiting.attempt++
    this.#go(waiting)
  }

  #finish(waiting: Waiting): void {
    if (waiting.isOver) return
    waiting.isOver = true
    this.#waiting.delete(waiting)
    if (waiting.acquisition !== null) this.replica.release(waiting.acquisition)
  }
}

/** Is what is written in this region seen by others only once it is released? */
export const isRelaxed = ({ flags }: Region): boolean => (flags & MAP_RELEASE) !== 0

/** Why the region (`null`: there is none) does not allow this access at `address`; `null`: it does. Who may write may read. */
export function refusalOf(region: Region | null, address: number, access: number): Fault | null {
  const refuse = (signal: Fault['signal'], explanation: string): Fault => ({ signal, address, access, explanation })
  if (region === null) return refuse('SIGSEGV', 'nothing is mapped there. Remedy: mmap it, or look at the address')
  const allowed = access === PROT_READ ? PROT_READ | PROT_WRITE : PROT_WRITE
  if ((region.prot & allowed) === 0) return refuse('SIGSEGV', 'its protection does not allow that. Remedy: mprotect')
  if (address - region.start + region.offset >= region.pages * PAGE_SIZE) {
    return refuse('SIGBUS', 'it lies beyond the end of the object that is mapped there. Remedy: ftruncate')
  }
  return null
}

const lostPage = (address: number, access: number): Fault => ({
  signal: 'SIGBUS',
  address,
  access,
  explanation: 'the only kernel that had this page has died',
})

function addressOf({ address }: Access, pieces: readonly Piece[], copies: ObjectCopies, page: number): number {
  let before = 0
  for (const piece of pieces) {
    const offset = page * PAGE_SIZE - piece.at
    if (piece.copies === copies && offset < piece.length) return address + before + Math.max(0, offset)
    before += piece.length
  }
  return address
}
