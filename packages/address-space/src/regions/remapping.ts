import type { Answering, Refused } from '../answer.js'
import { MAP_PRIVATE, MREMAP_FIXED, MREMAP_MAYMOVE, PAGE_SIZE } from '../constants.js'
import { hex, hexRange, refuse } from '../refusals.js'
import { ADDRESS_LIMIT } from './free-space.js'
import { bytesOf, noRoom, refuseFixed, roundUp, type ProcessSpace } from './process-space.js'
import { clip, overlaps, type AddressRange, type Region } from './region.js'
import { unmapRange } from './unmapping.js'

/** What `mremap` asks for; positions in bytes. */
export interface RemapRequest {
  readonly start: number
  readonly length: number
  readonly newLength: number
  readonly flags: number
  readonly target: number
}

/** `mremap`: answers with the address, when no kernel finds at the old place, or at a new one that was named, what was there. */
export function remapRange(space: ProcessSpace, request: RemapRequest, done: Answering): void {
  const { start, newLength, flags } = request
  const old = oldRange(request)
  const newBytes = roundUp(newLength)
  const region = space.map.find(start)
  const refused = refuseRemap(region, request)
  if (refused || !region) done(refused ?? notMapped(old))
  else if (old.end === old.start) duplicate(space, clip(region, { start, end: region.end }), request, done)
  else if (flags & MREMAP_FIXED) move(space, request, done)
  else if (newBytes < bytesOf([old])) shrink(space, { start: start + newBytes, end: old.end }, start, done)
  else if (canGrowInPlace(space, region, old, start + newBytes)) grow(space, clip(region, old), newBytes, done)
  else if (flags & MREMAP_MAYMOVE) move(space, request, done)
  else {
    const wanted = { start: old.end, end: start + newBytes }
    done(refuse('ENOMEM', `${hexRange(wanted)} is not free to grow into: pass MREMAP_MAYMOVE`))
  }
}

const oldRange = ({ start, length }: RemapRequest): AddressRange => ({ start, end: start + roundUp(length) })

function refuseRemap(region: Region | null, request: RemapRequest): Refused | null {
  const old = oldRange(request)
  if (!region || region.end < old.end) return notMapped(old)
  if (request.flags & MREMAP_FIXED) {
    const target = { start: request.target, end: request.target + roundUp(request.newLength) }
    if (!overlaps(old, target)) return refuseFixed(target)
    return refuse('EINVAL', `the new range ${hexRange(target)} overlaps the old one ${hexRange(old)}`)
  }
  return null
}

const notMapped = (range: AddressRange): Refused =>
  refuse('EFAULT', `${hexRange(range)} is not one region, mapped alike throughout: remap its parts one by one`)

function shrink(space: ProcessSpace, tail: AddressRange, start: number, done: Answering): void {
  unmapRange(space, tail.start, bytesOf([tail]), (answer) => {
    done('code' in answer ? answer : { value: start })
  })
}

const canGrowInPlace = (space: ProcessSpace, region: Region, old: AddressRange, newEnd: number): boolean =>
  newEnd === old.end ||
  (region.end === old.end && newEnd <= ADDRESS_LIMIT && space.isFree({ start: old.end, end: newEnd }))

function grow(space: ProcessSpace, part: Region, newBytes: number, done: Answering): void {
  const more = newBytes - bytesOf([part])
  const refused = space.refuseGrowth(more, part)
  if (!refused && more > 0) space.enter(continuation(space, part, more))
  done(refused ?? { value: part.start })
}

/**
 * A region that maps `bytes` more behind `part`. Fresh memory grows if `part` ends where its object does; else pages of the same object would not
 * be fresh, and another object goes on. What has an end of its own is mapped beyond it, where there is nothing.
 */
function continuation(space: ProcessSpace, part: Region, bytes: number): Region {
  const object = space.objects.get(part.object)
  const more = { ...part, start: part.end, end: part.end + bytes, offset: part.offset + bytesOf([part]) }
  if (object?.owner !== 'process' || object.source) return more
  if (more.offset / PAGE_SIZE === object.pages) {
    space.resize(object, object.pages + bytes / PAGE_SIZE)
    return { ...more, pages: object.pages }
  }
  const { id, pages } = space.create(bytes / PAGE_SIZE)
  return { ...more, object: id, offset: 0, pages }
}

/** As Linux does for an old length of 0: a second mapping of the same shared pages. */
function duplicate(space: ProcessSpace, region: Region, request: RemapRequest, done: Answering): void {
  const bytes = roundUp(request.newLength)
  const refused = refuseDuplicate(region, request) ?? space.refuseGrowth(bytes, region)
  const start = refused ? null : space.choose(bytes)
  if (refused || start === null) {
    done(refused ?? noRoom(bytes))
    return
  }
  const object = space.objects.get(region.object)
  if (object) object.isAliased = true
  space.enter({ ...region, start, end: start + bytes })
  done({ value: start })
}

function refuseDuplicate({ flags }: Region, request: RemapRequest): Refused | null {
  if (flags & MAP_PRIVATE) return refuse('EINVAL', 'an old length of 0 maps shared pages twice, and these are private')
  if (request.flags & MREMAP_FIXED)
    return refuse('ENOTSUP', 'pages are mapped twice where there is room only: leave out MREMAP_FIXED')
  if (request.flags & MREMAP_MAYMOVE) return null
  return refuse('ENOMEM', `pages at ${hex(request.start)} can't be mapped twice in place: pass MREMAP_MAYMOVE`)
}

/** Moves a part of a region to the target named, or to where there is room. Its pages stay what they are; only their addresses change. */
function move(space: ProcessSpace, request: RemapRequest, done: Answering): void {
  const old = oldRange(request)
  const newBytes = roundUp(request.newLength)
  space.alter(done, () => {
    const region = space.map.find(old.start)
    const refused = refuseRemap(region, request) ?? refuseMove(space, region, request)
    const start = request.flags & MREMAP_FIXED ? request.target : space.choose(newBytes)
    if (refused || !region || start === null) return refused ?? noRoom(newBytes)
    const to = { start, end: start + newBytes }
    const part = clip(region, old)
    const kept = clip(part, { start: old.start, end: Math.min(old.end, old.start + newBytes) })
    const replaced = space.map.remove(to)
    space.map.remove(old)
    const cut = kept.end < old.end ? [clip(part, { start: kept.end, end: old.end })] : []
    return {
      withdrawn: [old, ...replaced],
      left: [...replaced, ...cut],
      reserved: [to],
      follow: () => {
        const moved = { ...kept, start, end: start + bytesOf([kept]) }
        space.put(moved)
        if (moved.end < to.end) space.enter(continuation(space, moved, to.end - moved.end))
      },
      value: start,
    }
  })
}

function refuseMove(space: ProcessSpace, region: Region | null, request: RemapRequest): Refused | null {
  const old = oldRange(request)
  const more = roundUp(request.newLength) - bytesOf([old])
  return space.refuseCut(old) ?? (region && more > 0 ? space.refuseGrowth(more, region) : null)
}
