import type { ProcessReplica } from '@atoll/kernel'
import { PAGE_SIZE } from '../constants.js'
import type { Region } from '../regions/region.js'
import type { ObjectCopies } from '../pages/object-copies.js'

/** The region that was accessed last, laid out for the next access: most often it is the same one. */
export interface Window {
  readonly process: ProcessReplica | null
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
    start,
    size: Math.min(end - start, pages * PAGE_SIZE - offset),
    base: offset,
    page: offset / PAGE_SIZE,
    view,
    states,
  }
}

/** What this process has mapped may have changed. */
export function forgetWindows(process: ProcessReplica): void {
  if (hot.read.process === process) hot.read = NOWHERE
  if (hot.write.process === process) hot.write = NOWHERE
}
