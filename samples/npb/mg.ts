/**
 * NAS benchmark MG, multigrid, on threads whose memory follows them.
 *
 *     atoll run samples/npb/mg.ts [CLASS [THREADS [WALKS]]] --backend workers --kernels 2
 *
 * CLASS is S (the default) or W, THREADS is one per CPU by default, WALKS is how often each thread moves on to another
 * CPU (never, by default).
 */

import { PROT_READ, PROT_WRITE, unview, view } from '@atoll/posix'
import { wait } from './barrier.js'
import { findCandidates, NOTE_LENGTH, placeCharges } from './mg-charges.js'
import { type Plane, sumOfSquares } from './mg-kernel.js'
import { MgLayout, planesOf } from './mg-layout.js'
import { concludeMg, type MgFindings, mgReport, type MgResult, type MgSize, mgSize } from './mg-result.js'
import { perform, type Source, sourceOf, type Step, targetOf, vCycle } from './mg-steps.js'
import { type Options, runProgram } from './program.js'
import { type Member, noteKernel, roam, type Route, runTeam, seconds, walkOn } from './team.js'

interface MgMember extends Member {
  readonly size: MgSize
}

interface MgPart extends MgFindings {
  readonly route: Route
}

/** One thread's part. It holds views only while it works on them: never while it waits for the others. */
async function worker(member: MgMember): Promise<MgPart> {
  const { size } = member
  const route: Route = []
  noteKernel(route)
  await roam()
  await setUp(member)
  await iterate(member) // not timed: code becomes warm, and pages come to those who write them
  await setUp(member)

  const start = seconds()
  await take(member, { operation: 'residual', level: size.levels })
  for (let iteration = 1; iteration <= size.iterations; iteration++) {
    await walkOn(member, iteration, route)
    await iterate(member)
  }
  const squares = await sumSquares(member)
  return { seconds: seconds() - start, squares, route }
}

/** The right side, and u = 0. */
async function setUp(member: MgMember): Promise<void> {
  const { size, threads, id, memory, barrier } = member
  const layout = new MgLayout(size, threads)
  const n = 2 ** size.levels
  const { first, end } = layout.share(size.levels, id)
  {
    using note = await view(memory + layout.note(id), Float64Array, NOTE_LENGTH, PROT_READ | PROT_WRITE)
    findCandidates(note, first, end - first, n)
  }
  await wait(barrier, id)

  const notes = []
  for (let part = 0; part < threads; part++) {
    using note = await view(memory + layout.note(part), Float64Array, NOTE_LENGTH)
    notes.push(note.slice())
  }
  const slabs = new Slabs(member)
  const own = { level: size.levels, first, end }
  placeCharges(await slabs.planes({ grid: 'v', ...own }, PROT_WRITE), first, notes, n)
  for (const plane of await slabs.planes({ grid: 'u', ...own }, PROT_WRITE)) plane.fill(0)
  slabs.end()
  await wait(barrier, id)
}

async function iterate(member: MgMember): Promise<void> {
  for (const step of vCycle(member.size.levels)) await take(member, step)
}

/** Takes a step, in the thread's own planes, and waits for the others. */
async function take(member: MgMember, step: Step): Promise<void> {
  const { size, threads, id, barrier } = member
  const range = new MgLayout(size, threads).share(step.level, id)
  if (range.first < range.end) {
    const slabs = new Slabs(member)
    const source = await slabs.planes(sourceOf(step, range), PROT_READ)
    const own = { level: step.level, ...range }
    const target = await slabs.planes({ grid: targetOf(step), ...own }, PROT_WRITE)
    const isFinest = step.level === size.levels
    const right =
      isFinest && step.operation === 'residual' ? await slabs.planes({ grid: 'v', ...own }, PROT_READ) : target
    for (let at = 0; at < target.length; at++) perform(step, at, range.first, target, source, right)
    slabs.end()
  }
  await wait(barrier, id)
}

async function sumSquares(member: MgMember): Promise<number> {
  const { size, threads, id } = member
  const slabs = new Slabs(member)
  const own = new MgLayout(size, threads).share(size.levels, id)
  const planes = await slabs.planes({ grid: 'r', level: size.levels, ...own }, PROT_READ)
  const squares = planes.reduce((sum, plane) => sum + sumOfSquares(plane, 2 ** size.levels), 0)
  slabs.end()
  return squares
}

/** The views that a thread has of planes in one step. */
class Slabs {
  private readonly layout: MgLayout
  private readonly memory: number
  private readonly views: Float64Array[] = []

  constructor({ size, threads, memory }: MgMember) {
    this.layout = new MgLayout(size, threads)
    this.memory = memory
  }

  /** Planes to read, or to write too. */
  async planes(source: Source, access: number): Promise<Plane[]> {
    const planes: Plane[] = []
    const { level } = source
    for (const slab of this.layout.slabs(source.grid, level, source)) {
      const length = this.layout.slabLength(level, slab)
      const array: Float64Array = await view(this.memory + slab.at, Float64Array, length, access)
      this.views.push(array)
      planes.push(...planesOf(array, level))
    }
    return planes
  }

  end(): void {
    for (const each of this.views) unview(each)
  }
}

/** Runs MG on `threads` threads, each of which walks to another CPU `walks` times. */
export async function mg({ size, threads, walks }: Options<MgSize>): Promise<{ result: MgResult; routes: Route[] }> {
  const parts = await runTeam('mg', worker, { size, threads, walks }, new MgLayout(size, threads).bytes)
  return { result: concludeMg(size, parts), routes: parts.map(({ route }) => route) }
}

export function main(argv: string[]): Promise<number> {
  return runProgram('mg', argv, 0, mgSize, async (options) => {
    const { result, routes } = await mg(options)
    return { report: mgReport(options.size, result, options.threads), verified: result.verified, routes }
  })
}
