import type { KernelId } from '@atoll/messaging'
import type { ObjectId } from '../regions/region.js'
import { PAGE_SIZE } from '../constants.js'

import { WrittenPages } from '../release/written-pages.js'
import { Copy } from './protocol.js'

/**
 * A kernel's copies of one object's pages: one piece of memory of its own, so that typed arrays can lie on it, and what each page of it is
 * worth. The content of a page that was given away or invalidated stays until another comes: if who was to have it dies first, it is still here.
 */
export class ObjectCopies {
  readonly object: ObjectId
  /** Another one once the object has grown. */
  buffer: ArrayBuffer
  bytes: Uint8Array
  /** Little-endian on every machine. */
  view: DataView
  /** By page: a `Copy`. */
  states: Uint8Array
  /** By page: the transition that this copy came with, or was lost by. */
  epochs: Float64Array
  /** By page: the kernel that it was given to; 0: it was not. */
  given: Uint32Array
  /** By page: the `Copy` that has been asked for. */
  wanted: Uint8Array
  /** @internal What is written here and not released, if some region maps the object under release consistency. */
  written: WrittenPages | null = null
  /** How often some of them have become worth less. */
  losses = 0
  /** By page: how many acquisitions hold it. */
  holds: Uint16Array

  /** @throws RangeError: there is not so much memory. */
  constructor(object: ObjectId, count: number) {
    this.object = object
    this.buffer = new ArrayBuffer(count * PAGE_SIZE)
    this.bytes = new Uint8Array(this.buffer)
    this.view = new DataView(this.buffer)
    this.states = new Uint8Array(count)
    this.epochs = new Float64Array(count)
    this.given = new Uint32Array(count)
    this.wanted = new Uint8Array(count)
    this.holds = new Uint16Array(count)
  }

  /** The object has grown to `count` pages. */
  grow(count: number): void {
    const larger = new ObjectCopies(this.object, count)
    larger.bytes.set(this.bytes)
    larger.states.set(this.states)
    larger.epochs.set(this.epochs)
    larger.given.set(this.given)
    larger.wanted.set(this.wanted)
    larger.holds.set(this.holds)
    const { buffer, bytes, view, states, epochs, given, wanted, holds } = larger
    this.states.fill(Copy.none) // who has kept them looks again, and finds the new ones
    Object.assign(this, { buffer, bytes, view, states, epochs, given, wanted, holds })
  }

  get count(): number {
    return this.states.length
  }

  /** The memory of these pages itself. */
  content(page: number, count: number): Uint8Array {
    return this.bytes.subarray(page * PAGE_SIZE, (page + count) * PAGE_SIZE)
  }

  /** Are all of these pages worth at least this? */
  has(page: number, count: number, copy: number): boolean {
    for (let at = page; at < page + count; at++) if ((this.states[at] ?? 0) < copy) return false
    return true
  }

  /** These pages are worth this from now on. */
  mark(page: number, count: number, copy: number, epoch: number): void {
    this.states.fill(copy, page, page + count)
    this.epochs.fill(epoch, page, page + count)
    this.given.fill(0, page, page + count)
  }

  /** These pages are worth nothing any more. */
  invalidate(page: number, count: number, epoch: number): void {
    if (this.written !== null) for (let at = page; at < page + count; at++) this.written.losing(at)
    this.mark(page, count, Copy.none, epoch)
    this.losses++
  }

  /** These pages have been given away. */
  give(page: number, count: number, to: KernelId, epoch: number): void {
    if (this.written !== null) for (let at = page; at < page + count; at++) this.written.giving(at)
    this.invalidate(page, count, epoch)
    this.given.fill(to, page, page + count)
  }

  /** These pages have come. */
  gain(page: number, count: number, copy: number, epoch: number): void {
    this.mark(page, count, copy, epoch)
    if (this.written !== null) for (let at = page; at < page + count; at++) this.written.gained(at, copy)
  }

  /** Is what is written here seen by others only once it is released? From now on, yes. */
  relax(): void {
    this.written ??= new WrittenPages(this)
  }

  /** Does something hold one of these pages? */
  isHeld(page: number, count: number): boolean {
    for (let at = page; at < page + count; at++) if (this.holds[at] !== 0) return true
    return false
  }
}
