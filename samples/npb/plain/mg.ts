/** MG as an ordinary single-threaded Node program: what the threads are measured against. */

import { fileURLToPath } from 'node:url'
import { findCandidates, NOTE_LENGTH, placeCharges } from '../mg-charges.js'
import { type Plane, sumOfSquares } from '../mg-kernel.js'
import { MgLayout, planesOf } from '../mg-layout.js'
import { concludeMg, type MgFindings, mgReport, type MgResult, type MgSize, mgSize } from '../mg-result.js'
import { perform, type Source, sourceOf, type Step, targetOf, vCycle } from '../mg-steps.js'
import { type Place, SOLO } from './place.js'

/** One part of MG, on memory that all parts share, of `MgLayout`'s size. */
export function mgPart(size: MgSize, memory: ArrayBufferLike, { id, parts, wait }: Place): MgFindings {
  const layout = new MgLayout(size, parts)
  const finest = { level: size.levels, ...layout.share(size.levels, id) }
  const n = 2 ** size.levels

  const planes = ({ grid, level, ...range }: Source): Plane[] =>
    layout.slabs(grid, level, range).flatMap((slab) => {
      return planesOf(new Float64Array(memory, slab.at, layout.slabLength(level, slab)), level)
    })
  const note = (part: number): Float64Array => new Float64Array(memory, layout.note(part), NOTE_LENGTH)

  const setUp = (): void => {
    findCandidates(note(id), finest.first, finest.end - finest.first, n)
    wait()
    const notes = Array.from({ length: parts }, (_, part) => note(part))
    placeCharges(planes({ grid: 'v', ...finest }), finest.first, notes, n)
    for (const plane of planes({ grid: 'u', ...finest })) plane.fill(0)
    wait()
  }
  const take = (step: Step): void => {
    const own = { level: step.level, ...layout.share(step.level, id) }
    if (own.first < own.end) {
      const target = planes({ grid: targetOf(step), ...own })
      const right = step.level === size.levels ? planes({ grid: 'v', ...own }) : target
      const source = planes(sourceOf(step, own))
      for (let at = 0; at < target.length; at++) perform(step, at, own.first, target, source, right)
    }
    wait()
  }

  setUp()
  vCycle(size.levels).forEach(take) // not timed
  setUp()
  const start = performance.now()
  take({ operation: 'residual', level: size.levels })
  for (let iteration = 1; iteration <= size.iterations; iteration++) vCycle(size.levels).forEach(take)
  const squares = planes({ grid: 'r', ...finest }).reduce((sum, plane) => sum + sumOfSquares(plane, n), 0)
  return { seconds: (performance.now() - start) / 1000, squares }
}

/** Runs MG of `size` on the calling thread. */
export function plainMg(size: MgSize): MgResult {
  return concludeMg(size, [mgPart(size, new ArrayBuffer(new MgLayout(size, 1).bytes), SOLO)])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = mgSize(process.argv[2] ?? 'S')
  const result = plainMg(size)
  console.log(mgReport(size, result, 1))
  process.exitCode = result.verified ? 0 : 1
}
