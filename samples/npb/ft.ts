/**
 * NAS benchmark FT, 3-D fast Fourier transform, on threads whose memory follows them.
 *
 *     atoll run samples/npb/ft.ts [CLASS [THREADS [WALKS]]] --backend workers --kernels 2
 *
 * CLASS is S (the default) or W, THREADS is one per CPU by default, WALKS is how often each thread moves on to another
 * CPU (never, by default).
 */

import { PROT_READ, PROT_WRITE, unview, view } from '@atoll/posix'
import { wait } from './barrier.js'
import { FtKernel } from './ft-kernel.js'
import { type Extent, FtLayout } from './ft-layout.js'
import { concludeFt, type FtFindings, ftReport, type FtResult, type FtSize, ftSize } from './ft-result.js'
import { type Options, runProgram } from './program.js'
import { type Member, noteKernel, roam, type Route, runTeam, seconds, walkOn } from './team.js'

interface FtMember extends Member {
  readonly size: FtSize
}

interface FtPart extends FtFindings {
  readonly route: Route
}

/**
 * One thread's part. In each phase it makes its views, waits until all have theirs, and works: a thread that transforms planes answers nobody, so whoever
 * still needed a page would stand by meanwhile. The views that it holds while it waits are of what nobody else writes before the next meeting.
 */
async function worker(member: FtMember): Promise<FtPart> {
  const { size } = member
  const route: Route = []
  noteKernel(route)
  await roam()
  await transformInitialState(member) // not timed: code becomes warm, and pages come to those who write them
  await iterate(member)

  const start = seconds()
  await transformInitialState(member)
  const checksums: number[] = []
  for (let iteration = 1; iteration <= size.checksums.length; iteration++) {
    await walkOn(member, iteration, route)
    checksums.push(...(await iterate(member)))
  }
  return { seconds: seconds() - start, checksums, route }
}

async function transformInitialState(member: FtMember): Promise<void> {
  await drawPlanes(member)
  await wait(member.barrier, member.id)
  await transformSlices(member)
}

/** One iteration. Returns the thread's share of its checksum. */
async function iterate(member: FtMember): Promise<[real: number, imaginary: number]> {
  await evolve(member)
  await wait(member.barrier, member.id)
  const checksum = await checkPlanes(member)
  await wait(member.barrier, member.id)
  return checksum
}

async function drawPlanes({ size, threads, id, memory, barrier }: FtMember): Promise<void> {
  const layout = new FtLayout(size, threads)
  using blocks = await numbers(memory, layout.blocks('inward', id), PROT_WRITE)
  await wait(barrier, id)
  new FtKernel(size, threads, id).drawPlanes(blocks)
}

async function transformSlices({ size, threads, id, memory, barrier }: FtMember): Promise<void> {
  const layout = new FtLayout(size, threads)
  using spectrum = await numbers(memory, layout.spectrum(id), PROT_WRITE)
  for (let from = 0; from < threads; from++) {
    using block = await numbers(memory, layout.block('inward', from, id), PROT_READ)
    new FtKernel(size, threads, id).gatherSlices(spectrum, block, from)
  }
  await wait(barrier, id)
  new FtKernel(size, threads, id).transformSlices(spectrum)
}

async function evolve({ size, threads, id, memory, barrier }: FtMember): Promise<void> {
  const layout = new FtLayout(size, threads)
  using spectrum = await numbers(memory, layout.spectrum(id), PROT_WRITE)
  using blocks = await numbers(memory, layout.blocks('outward', id), PROT_WRITE)
  await wait(barrier, id)
  new FtKernel(size, threads, id).evolve(spectrum, blocks)
}

async function checkPlanes({
  size,
  threads,
  id,
  memory,
  barrier,
}: FtMember): Promise<[real: number, imaginary: number]> {
  const layout = new FtLayout(size, threads)
  const blocks: Float64Array[] = []
  for (let from = 0; from < threads; from++) {
    blocks.push(await numbers(memory, layout.block('outward', from, id), PROT_READ))
  }
  await wait(barrier, id)
  const checksum = new FtKernel(size, threads, id).checksum(blocks)
  for (const block of blocks) unview(block)
  return checksum
}

const numbers = async (
  memory: number,
  { at, length }: Extent,
  access: number,
): ReturnType<typeof view<Float64ArrayConstructor>> => view(memory + at, Float64Array, length, access)

/** Runs FT on `threads` threads, each of which walks to another CPU `walks` times. */
export async function ft({ size, threads, walks }: Options<FtSize>): Promise<{ result: FtResult; routes: Route[] }> {
  const parts = await runTeam('ft', worker, { size, threads, walks }, new FtLayout(size, threads).bytes)
  return { result: concludeFt(size, parts), routes: parts.map(({ route }) => route) }
}

export function main(argv: string[]): Promise<number> {
  return runProgram('ft', argv, 0, ftSize, async (options) => {
    const { result, routes } = await ft(options)
    return { report: ftReport(options.size, result, options.threads), verified: result.verified, routes }
  })
}
