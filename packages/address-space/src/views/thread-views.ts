import { registers, type Fiber, type Kernel, type Thread, type ThreadGuard } from '@atoll/kernel'
import { hexadecimal, memoryFault, type Fault } from '../access/memory-fault.js'
import { areHere, needsOf, noteWriting, type Piece } from '../access/pieces.js'
import { refusalOf, type ProcessMemory } from '../access/process-memory.js'
import { PAGE_SIZE, PROT_READ, PROT_WRITE } from '../constants.js'
import { Acquisition, inOrder, type Need } from '../pages/acquisition.js'
import type { ObjectCopies } from '../pages/object-copies.js'
import type { ObjectId, Region } from '../regions/region.js'
import { applyDiff, diffOf } from '../release/diff.js'
import { memoryOf } from '../memory-of.js'
import { StoreCheck, type ViewBytes } from './store-check.js'

/** A view of a thread, as data: travels with it. */
export interface ViewRecord {
  readonly address: number
  /** In bytes. */
  readonly length: number
  /** `PROT_READ` or `PROT_WRITE`. */
  readonly access: number
  readonly object: ObjectId
  /** Of the object. */
  readonly pages: number
  readonly source: ObjectId
  /** Where in the object it begins. */
  readonly at: number
  /** Is it under release consistency? */
  readonly isRelaxed: boolean
}

/** A view whose thread is here. */
interface HeldView {
  readonly record: ViewRecord
  readonly copies: ObjectCopies
  /** The memory that the program's array lies on: not the copies' any more once the object has grown. */
  readonly buffer: ArrayBuffer
  /** What an array that lies on memory of its own showed when the slice began: what differs was written by the program. */
  shown: Uint8Array | null
  /** Is it to be looked up whether the same is still mapped there? */
  isDoubtful: boolean
  /** Its bytes, if stores through it are to be found. */
  readonly watched: ViewBytes | null
}

/** The views of a thread, as data. */
export interface ViewsImage {
  readonly records: readonly ViewRecord[]
  /** What the thread has not been told yet. */
  readonly fault: Fault | null
}

/** Pages that were regained for a thread are held until it has run, or for so long: then they can be taken again. */
const HOLD_US = 2000

/**
 * The views of a thread. Whenever it runs, all their pages are here, worth what the views need: what was taken while it was suspended is regained before.
 */
export class ThreadViews implements ThreadGuard {
  readonly #thread: Thread
  readonly #memory: ProcessMemory
  readonly #kernel: Kernel
  readonly #views: HeldView[] = []
  #needs: readonly Need[] | null = null
  /** Losses of all the views' objects when all pages were here. */
  #seen = -1
  #acquisition: Acquisition | null = null
  #isAcquired = false
  /** Who waits for the pages. */
  readonly #waiting = new Set<Fiber>()
  /** Why the thread can't go on. */
  #fault: Fault | null
  /** Of the slice that runs, if stores through views that were made to read are to be found. */
  #check: StoreCheck | null = null
  #endHold: () => void = () => undefined
  readonly #unlisten: () => void

  constructor(thread: Thread, { records, fault }: ViewsImage = { records: [], fault: null }) {
    this.#thread = thread
    this.#fault = fault
    this.#memory = memoryOf(thread.process)
    this.#kernel = thread.process.kernel
    for (const record of records) this.#add(record, true)
    this.#unlisten = this.#memory.onChange((isChanged) => {
      const changed = this.#views.filter(({ record }) => isChanged(record.address, record.length))
      for (const view of changed) view.isDoubtful = true
      this.#seen = -1
      if (changed.length > 0) this.#stopRegaining()
    })
  }

  /** The thread has made a view. */
  add(record: ViewRecord): void {
    this.#add(record, false)
  }

  /** Ends the view that this array is. Returns whether there was one. */
  remove(buffer: ArrayBufferLike, at: number, length: number): boolean {
    const isIt = (view: HeldView): boolean =>
      view.buffer === buffer && view.record.at === at && view.record.length === length
    // Of two that are alike the one to write stays: more than the other needs is not wrong.
    const toRead = this.#views.findIndex((view) => isIt(view) && view.record.access === PROT_READ)
    const index = toRead >= 0 ? toRead : this.#views.findIndex(isIt)
    const view = this.#views[index]
    if (!view) return false
    const fault = this.#storedThrough(view)
    this.#drop(index)
    if (view.record.access === PROT_WRITE) this.#check?.stores([pieceOf(view.record, view.copies)])
    if (fault !== null) throw memoryFault('unview', fault)
    return true
  }

  admits(fiber: Fiber): boolean {
    if (this.#seen === this.#losses()) {
      this.#refresh()
      this.#begin(fiber)
      return true
    }
    const doubtful = this.#views.find(({ isDoubtful }) => isDoubtful)
    if (!doubtful && areHere(this.#needed())) {
      this.#refresh()
      this.#seen = this.#losses()
      this.#begin(fiber)
      return true
    }
    this.#waiting.add(fiber)
    if (doubtful) this.#lookUp(doubtful)
    else if (this.#acquisition === null) this.#regain()
    return false
  }

  get isCostly(): boolean {
    return this.#isAcquired
  }

  ended(fiber: Fiber): void {
    this.#inspect()
    if (!fiber.thrown) this.#strike(fiber)
  }

  ran(): void {
    this.#inspect()
    this.#release()
    for (const view of this.#views) if (view.buffer !== view.copies.buffer) this.#keep(view)
  }

  withdraw(): void {
    this.#unlisten()
    this.#waiting.clear()
    this.#release()
  }

  image(): unknown {
    if (this.#views.length === 0 && this.#fault === null) return undefined
    return { records: this.#views.map(({ record }) => record), fault: this.#fault } satisfies ViewsImage
  }

  #add(record: ViewRecord, isDoubtful: boolean): void {
    const copies = this.#memory.copies(record.object, record.pages, record.source, 'view')
    if (record.isRelaxed) this.#memory.relax(copies)
    const { buffer } = copies
    const isWatched = this.#memory.isChecked && record.access === PROT_READ
    const watched = isWatched ? { buffer, object: record.object, at: record.at, length: record.length } : null
    this.#views.push({ record, copies, buffer, shown: null, isDoubtful, watched })
    this.#needs = null
    this.#seen = -1
    if (watched && registers.fiber?.thread === this.#thread) this.#startCheck().watch(watched)
  }

  #drop(index: number): void {
    this.#views.splice(index, 1)
    this.#needs = null
    this.#seen = -1
  }

  /** Changes whenever a page of the views' objects is taken. */
  #losses(): number {
    let losses = 0
    for (const { copies } of this.#views) losses += copies.losses
    return losses
  }

  #needed(): readonly Need[] {
    this.#needs ??= inOrder(this.#views.flatMap(({ record, copies }) => needsOf([pieceOf(record, copies)], record)))
    return this.#needs
  }

  /** A slice of this fiber begins. */
  #begin(fiber: Fiber): void {
    this.#noteWriting()
    this.#strike(fiber)
    for (const { watched } of this.#views) if (watched) this.#startCheck().watch(watched)
  }

  #startCheck(): StoreCheck {
    this.#check ??= new StoreCheck()
    this.#memory.check = this.#check
    return this.#check
  }

  /** The slice is over: has something been stored through a view that was made to read? */
  #inspect(): void {
    if (this.#check === null) return
    for (const view of this.#views) {
      const fault = this.#storedThrough(view)
      if (fault === null) continue
      this.#fault = fault
      this.#seen = -1
      break
    }
    this.#check = this.#memory.check = null
  }

  /** The store through this view that there has been in this slice. */
  #storedThrough({ watched, record: { address, length } }: HeldView): Fault | null {
    if (this.#check === null || watched === null) return null
    const writable = this.#views.filter(({ record }) => record.access === PROT_WRITE)
    this.#check.stores(writable.map(({ record, copies }) => pieceOf(record, copies)))
    const at = this.#check.firstChange(watched)
    if (at < 0) return null
    const explanation = `a store changed the view of ${length} bytes at ${hexadecimal(address)}, which was made to read. Remedy: make it with PROT_READ | PROT_WRITE`
    return { signal: 'SIGSEGV', address: address + at, access: PROT_WRITE, explanation }
  }

  /** What is under release consistency may be written in the coming slice. */
  #noteWriting(): void {
    for (const { record, copies } of this.#views) if (record.isRelaxed) noteWriting([pieceOf(record, copies)], record)
  }

  /** An array that was made before its object grew lies on memory of its own: it is kept in step. */
  #refresh(): void {
    for (const view of this.#views) {
      const { record, copies, buffer } = view
      if (buffer === copies.buffer) continue
      const content = copies.bytes.subarray(record.at, record.at + record.length)
      new Uint8Array(buffer, record.at, record.length).set(content)
      view.shown = record.access === PROT_WRITE ? content.slice() : null
    }
  }

  /** What the program has written in such an array is put where memory is: that alone, for it may have written there in other ways, too. */
  #keep(view: HeldView): void {
    const { record, copies, buffer, shown } = view
    if (record.access !== PROT_WRITE) return
    const array = new Uint8Array(buffer, record.at, record.length)
    const content = copies.bytes.subarray(record.at, record.at + record.length)
    const diff = shown === null ? null : diffOf(shown, array)
    if (shown === null)
      content.set(array) // its object has grown in this slice
    else if (diff) applyDiff(diff, content)
    view.shown = null
  }

  #regain(): void {
    const acquisition = new Acquisition(this.#needed(), {
      acquired: () => {
        this.#isAcquired = true
        this.#endHold = this.#kernel.timers.set(this.#kernel.clock.monotonicUs() + HOLD_US, () => {
          this.#release()
        })
        this.#goOn()
      },
      lost: ({ pages }, page) => {
        this.#acquisition = null
        this.#lose(pages, page)
        this.#goOn()
      },
    })
    this.#acquisition = acquisition
    this.#memory.replica.acquire(acquisition)
  }

  /** What is waited for may never come: those who wait look again. */
  #stopRegaining(): void {
    const acquisition = this.#acquisition
    if (acquisition === null || this.#isAcquired) return
    this.#acquisition = null
    this.#memory.replica.release(acquisition)
    this.#goOn()
  }

  #release(): void {
    const acquisition = this.#acquisition
    if (acquisition === null || !(this.#isAcquired || this.#waiting.size === 0)) return
    this.#acquisition = null
    this.#isAcquired = false
    this.#endHold()
    this.#memory.replica.release(acquisition)
  }

  /** Those who waited are looked at again, in their turn. */
  #goOn(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const fiber of waiting) if (fiber.state === 'ready') this.#kernel.scheduler.enqueue(fiber)
  }

  #lookUp(view: HeldView): void {
    const { record } = view
    this.#memory.learn(record.address, (region) => {
      if (!this.#views.includes(view)) return
      view.isDoubtful = false
      const fault = faultOf(region, record)
      if (fault !== null) {
        this.#fault = fault
        this.#drop(this.#views.indexOf(view))
      }
      this.#goOn()
    })
  }

  #lose(copies: ObjectCopies, page: number): void {
    const index = this.#views.findIndex(
      (view) =>
        view.copies === copies &&
        Math.floor(view.record.at / PAGE_SIZE) <= page &&
        page * PAGE_SIZE < view.record.at + view.record.length,
    )
    const [view] = index < 0 ? [] : this.#views.splice(index, 1)
    this.#needs = null
    this.#seen = -1
    if (!view) return
    const { address, access } = view.record
    const explanation = `page ${page} of the object that is mapped there was only on a kernel that has died`
    this.#fault = { signal: 'SIGBUS', address, access, explanation }
  }

  /** If there is an error to be told, the fiber goes on by it, once. */
  #strike(fiber: Fiber): void {
    if (this.#fault === null) return
    fiber.value = memoryFault('view', this.#fault)
    fiber.thrown = true
    this.#fault = null
  }
}

const pieceOf = ({ at, length, isRelaxed }: ViewRecord, copies: ObjectCopies): Piece => ({
  copies,
  at,
  length,
  isRelaxed,
})

/** Is what a view was made of still mapped there, and may it be used so? */
function faultOf(region: Region | null, { address, access, object, at }: ViewRecord): Fault | null {
  const refusal = refusalOf(region, address, access)
  if (refusal !== null) return refusal
  if (region !== null && region.object === object && region.offset + (address - region.start) === at) return null
  return { signal: 'SIGSEGV', address, access, explanation: 'what a view showed is not mapped there any more' }
}
