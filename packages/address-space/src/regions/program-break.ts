import type { Answering, Refused } from '../answer.js'
import { MAP_ANONYMOUS, MAP_NORESERVE, MAP_PRIVATE, PAGE_SIZE, PROT_READ, PROT_WRITE } from '../constants.js'
import { hex, hexRange, refuse } from '../refusals.js'
import { HEAP_LIMIT, HEAP_START } from './free-space.js'
import type { MappedObject } from './mapped-objects.js'
import { roundUp, type ProcessSpace } from './process-space.js'
import type { AddressRange } from './region.js'

const HEAP_PAGES = (HEAP_LIMIT - HEAP_START) / PAGE_SIZE
const PROT = PROT_READ | PROT_WRITE
const FLAGS = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE

/** The heap of `brk` and `sbrk`: one object of the largest size that it can have, mapped up to the break. */
export class ProgramBreak {
  readonly #space: ProcessSpace
  #break = HEAP_START
  #object: MappedObject | null = null

  constructor(space: ProcessSpace) {
    this.#space = space
  }

  /** Moves the break to an address, or (`relative`) by a number of bytes. Answers with the break before, when no kernel finds more than that. */
  move(to: number, relative: boolean, done: Answering): void {
    this.#space.alter(done, () => {
      const before = this.#break
      const after = relative ? before + to : to
      const old = roundUp(before)
      const now = roundUp(after)
      const refused = refuseBreak(after) ?? this.#refuseGrowth({ start: old, end: now })
      if (refused) return refused
      this.#break = after
      if (now > old) this.#grow({ start: old, end: now })
      const parts = now < old ? this.#space.map.remove({ start: now, end: old }) : []
      return { withdrawn: parts, left: parts, value: before }
    })
  }

  #refuseGrowth(range: AddressRange): Refused | null {
    if (range.end <= range.start) return null
    if (!this.#space.map.isFree(range)) {
      return refuse('ENOMEM', `something else is mapped in ${hexRange(range)}: unmap it, or use mmap`)
    }
    return this.#space.refuseGrowth(range.end - range.start, { prot: PROT, flags: FLAGS })
  }

  #grow(range: AddressRange): void {
    const { id, pages } = this.#heap()
    const offset = range.start - HEAP_START
    this.#space.enter({ ...range, prot: PROT, flags: FLAGS, object: id, offset, pages, source: 0 })
  }

  #heap(): MappedObject {
    const known = this.#object && this.#space.objects.get(this.#object.id)
    this.#object = known ?? this.#space.create(HEAP_PAGES)
    this.#object.pages = HEAP_PAGES // whatever was cut off its end
    return this.#object
  }
}

function refuseBreak(address: number): Refused | null {
  if (address >= HEAP_START && address <= HEAP_LIMIT) return null
  const explanation = `the break can't be at ${hex(address)}: it is within ${hexRange({ start: HEAP_START, end: HEAP_LIMIT })}; use mmap for more`
  return refuse('ENOMEM', explanation)
}
