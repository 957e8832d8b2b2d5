import type { Fiber, ProcessReplica } from '@atoll/kernel'
import { PAGE_SIZE } from '../constants.js'
import type { Region } from '../regions/region.js'
import type { ObjectCopies } from '../pages/object-copies.js'

/** The region that was accessed last, laid out for the next access: most often it is the same one. */
export interface Window {
  readonly process: ProcessReplica | null
  /** The stack that has used it last: while that runs, nobody need look for its process, which is three loads away. */
  fiber: Fiber | null
  readonly start: number
  /** In bytes. */
  readonly size: number
  /** Where in `view` it begins. */
  readonly base: number
  /** The object's page that it begins with. */
  readonly page: number
  readonly view: DataView
  readonly states: Uint8Array
}

const NOWHERE: Window = {
  process: null,
  fiber: null,
  start: 0,
  size: 0,
  base: 0,
  page: 0,
  view: new DataView(new ArrayBuffer(0)),
  states: new Uint8Array(0),
}

/** Of this isolate: the last region that was read, and the last that was written. */
export const hot: { read: Window; write: Window } = { read: NOWHERE, write: NOWHERE }

/** The window of a region. */
export function windowOf(process: ProcessReplica, region: Region, copies: ObjectCopies): Window {
  const { start, end, offset, pages } = region
  const { view, states } = copies
  return {
    process,
    fiber: null,
    start,
    size: Math.min(end - start, pages * PAGE_SIZE - offset),
    base: offset,
    page: offset / PAGE_SIZE,
    view,
    states,
  }
}

/** May this stack, which is not the one that has used the window last, use it? */
export function isOpen(window: Window, fiber: Fiber): boolean {
  if (fiber.thread.process !== window.process) return false
  window.fiber = fiber
  return true
}

/** What this process has mapped may have changed. */
export function forgetWindows(process: ProcessReplica): void {
  if (hot.read.process === process) hot.read = NOWHERE
  if (hot.write.process === process) hot.write = NOWHERE
}
