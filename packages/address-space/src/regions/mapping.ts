import type { Answering } from '../answer.js'
import { MAP_FIXED, MAP_FIXED_NOREPLACE, MAP_POPULATE, MAP_PRIVATE, PAGE_SIZE } from '../constants.js'
import { hexRange, refuse } from '../refusals.js'
import type { MappedObject } from './mapped-objects.js'
import { bytesOf, noRoom, refuseFixed, roundUp, type ProcessSpace } from './process-space.js'
import type { AddressRange, Region } from './region.js'

/** What `mmap` asks for; positions in bytes. */
export interface MapRequest {
  readonly address: number
  readonly length: number
  readonly prot: number
  readonly flags: number
}

/** What is to be mapped, if it is not fresh memory: an object that the process is attached to. */
export interface Backing {
  readonly object: MappedObject
  readonly offset: number
  /** Can its descriptor not write? */
  readonly readOnly: boolean
}

/** These say how a region is placed, not what it is, and don't stay with it. */
const PLACING = MAP_FIXED | MAP_FIXED_NOREPLACE | MAP_POPULATE

/** `mmap`: answers with the address. */
export function mapRegion(space: ProcessSpace, request: MapRequest, backing: Backing | null, done: Answering): void {
  if (request.flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) mapAt(space, request, backing, done)
  else mapAnywhere(space, request, backing, done)
}

function mapAnywhere(space: ProcessSpace, request: MapRequest, backing: Backing | null, done: Answering): void {
  const bytes = roundUp(request.length)
  const refused = space.refuseGrowth(bytes, request)
  if (refused) {
    done(refused)
    return
  }
  const start = hinted(space, request.address, bytes) ?? space.choose(bytes)
  if (start === null) {
    done(noRoom(bytes))
    return
  }
  space.enter(regionFor(space, { start, end: start + bytes }, request, backing))
  done({ value: start })
}

/** The address that the caller would like, on a page boundary, if it is free. */
function hinted(space: ProcessSpace, address: number, bytes: number): number | null {
  const start = roundUp(address)
  const range = { start, end: start + bytes }
  return address > 0 && refuseFixed(range) === null && space.isFree(range) ? start : null
}

function mapAt(space: ProcessSpace, request: MapRequest, backing: Backing | null, done: Answering): void {
  const range = { start: request.address, end: request.address + roundUp(request.length) }
  const outside = refuseFixed(range)
  if (outside) {
    done(outside)
  } else if (request.flags & MAP_FIXED_NOREPLACE && !space.isFree(range)) {
    const explanation = `something is mapped in ${hexRange(range)}: unmap it, or pass MAP_FIXED to replace it`
    done(refuse('EEXIST', explanation))
  } else if (space.isFree(range)) {
    const refused = space.refuseGrowth(bytesOf([range]), request)
    if (!refused) space.enter(regionFor(space, range, request, backing))
    done(refused ?? { value: range.start })
  } else {
    mapOver(space, range, request, backing, done)
  }
}

/** Maps in place of what is there: kernels must find the new only where none finds the old. */
function mapOver(
  space: ProcessSpace,
  range: AddressRange,
  request: MapRequest,
  backing: Backing | null,
  done: Answering,
): void {
  space.alter(done, () => {
    const more = bytesOf([range]) - bytesOf(space.map.within(range))
    const refused = space.refuseGrowth(more, request) ?? space.refuseCut(range)
    if (refused) return refused
    const replaced = space.map.remove(range)
    return {
      withdrawn: replaced,
      left: replaced,
      reserved: [range],
      follow: () => {
        space.enter(regionFor(space, range, request, backing))
      },
      value: range.start,
    }
  })
}

function regionFor(space: ProcessSpace, range: AddressRange, request: MapRequest, backing: Backing | null): Region {
  const { prot } = request
  const flags = request.flags & ~PLACING
  if (!backing) {
    const { id, pages } = space.create(bytesOf([range]) / PAGE_SIZE)
    return { ...range, prot, flags, object: id, offset: 0, pages, source: 0 }
  }
  const { object, offset, readOnly } = backing
  if (flags & MAP_PRIVATE) {
    const { id, pages } = space.create(object.pages, object)
    return { ...range, prot, flags, object: id, offset, pages, source: object.id }
  }
  const shared = { ...range, prot, flags, object: object.id, offset, pages: object.pages, source: 0 }
  return readOnly ? { ...shared, readOnly } : shared
}
