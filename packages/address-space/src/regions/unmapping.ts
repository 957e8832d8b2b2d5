import type { Answering, Refused } from '../answer.js'
import { PROT_WRITE } from '../constants.js'
import { hex, hexRange, refuse } from '../refusals.js'
import { roundUp, type ProcessSpace } from './process-space.js'
import type { AddressRange, Region } from './region.js'

/** `munmap`: answers when no kernel finds the range mapped. */
export function unmapRange(space: ProcessSpace, start: number, length: number, done: Answering): void {
  const range = { start, end: start + roundUp(length) }
  space.alter(done, () => {
    const refused = space.refuseCut(range)
    if (refused) return refused
    const parts = space.map.remove(range)
    return { withdrawn: parts, left: parts, value: undefined }
  })
}

/** `mprotect`: answers when no kernel allows more than `prot`. */
export function protectRange(space: ProcessSpace, start: number, length: number, prot: number, done: Answering): void {
  const range = { start, end: start + roundUp(length) }
  const restricted = (): Region[] => space.map.within(range).filter((part) => (part.prot & ~prot) !== 0)
  const protect = (): void => {
    space.map.change(range, (part) => ({ ...part, prot }))
  }
  if (restricted().length === 0) {
    const refused = refuseProtection(space, range, prot)
    if (!refused) protect() // what is allowed now is learnt when it is needed
    done(refused ?? { value: undefined })
    return
  }
  space.alter(done, () => {
    const refused = refuseProtection(space, range, prot)
    if (refused) return refused
    const withdrawn = restricted()
    protect()
    return { withdrawn, value: undefined }
  })
}

function refuseProtection(space: ProcessSpace, range: AddressRange, prot: number): Refused | null {
  const hole = refuseHole(space, range)
  if (hole) return hole
  const [unwritable] = prot & PROT_WRITE ? space.map.within(range).filter(({ readOnly }) => readOnly === true) : []
  if (!unwritable) return space.refuseCut(range)
  const explanation = `${hexRange(unwritable)} is shared memory mapped from a read-only descriptor: open it by O_RDWR`
  return refuse('EACCES', explanation)
}

/** Why a call that needs all of the range mapped can't be made; `null`: it is. */
export function refuseHole(space: ProcessSpace, range: AddressRange): Refused | null {
  const hole = space.map.firstHole(range)
  return hole === null ? null : refuse('ENOMEM', `nothing is mapped at ${hex(hole)}, in ${hexRange(range)}`)
}
