import { addressSpaceService, type AddressRange, type AddressSpaceService, type Region } from '@atoll/address-space'
import { compileProgram } from '@atoll/compiler'
import type { Kernel, ProgramImage } from '@atoll/kernel'
import test from 'ava'
import { text } from 'node:stream/consumers'
import { SimBackend, type ForcedMotion, type Simulation } from '../src/index.js'
import { boot } from './booting.js'

/** Schedules per scenario; a soak gives thousands. */
const SEEDS = Number(process.env['ATOLL_SIM_SEEDS'] ?? 8)
const ROUNDS = 4

let image: Promise<ProgramImage> | undefined
const shrink = (): Promise<ProgramImage> =>
  (image ??= compileProgram(new URL('../../../posix/test/programs/memory/shrink.ts', import.meta.url)))

const overlaps = (a: AddressRange, b: AddressRange): boolean => a.start < b.end && b.start < a.end

/** Is what a kernel knows what is mapped, or being changed? It may know less of it: that is learnt. */
function isTrue(known: Region, { home }: AddressSpaceService, pid: number): boolean {
  const space = home.spaceOf(pid)
  if (!space || space.reserved.some((range) => overlaps(range, known))) return true
  return (
    space.map.firstHole(known) === null &&
    space.map.within(known).every((part) => {
      const isSame = part.object === known.object && part.offset - part.start === known.offset - known.start
      return isSame && (known.prot & ~part.prot) === 0
    })
  )
}

interface Loss {
  /** The step at which kernel 2 dies, counted from the first region that a kernel has learnt. */
  readonly at: number
}

interface Outcome {
  readonly stdout: string
  readonly reason: string
  /** How many regions kernels have learnt. */
  readonly learnt: number
}

/** Runs the program, has every kernel ask for what is mapped, and looks at what they know at each step. */
async function runAndWatch(seed: number, loss: Loss | null, forcedMotion?: ForcedMotion): Promise<Outcome> {
  let first = Infinity
  let learnt = 0
  const ask = (kernel: Kernel, origin: AddressSpaceService, pid: number, step: number): void => {
    const process = kernel.processes.get(pid)
    const regions = origin.home.spaceOf(pid)?.map.all ?? []
    const region = regions[step % Math.max(1, regions.length)]
    if (!process || !region) return
    addressSpaceService(kernel)
      .spaces.of(process)
      .learn(region.start, (found) => {
        if (found) learnt++
      })
  }
  const onStep = ({ steps, kernels }: Simulation): void => {
    const origin = kernels.get(1)
    const [process] = origin?.processes.all() ?? []
    if (!origin || !process) return
    const service = addressSpaceService(origin)
    if (learnt > 0 && first === Infinity) first = steps
    for (const kernel of kernels.values()) {
      if ((steps + kernel.id) % 3 === 0) ask(kernel, service, process.pid, steps)
      const replica = kernel.processes.get(process.pid)
      const known = replica ? addressSpaceService(kernel).spaces.of(replica).known : []
      for (const region of known) {
        if (isTrue(region, service, process.pid)) continue
        throw new Error(`seed ${seed}, step ${steps}: kernel ${kernel.id} knows ${JSON.stringify(region)}`)
      }
    }
    if (loss && steps >= first + loss.at && kernels.has(2)) backend.lose(2)
  }
  const backend = new SimBackend({ kernels: 3, seed, onStep, ...(forcedMotion && { forcedMotion }) })
  const system = await boot(backend)
  try {
    const child = await system.spawn(await shrink(), { argv: [String(ROUNDS)], cpus: [0] })
    const [stdout, stderr, { reason }] = await Promise.all([text(child.stdout), text(child.stderr), child.wait()])
    return { stdout, reason: `${reason}${stderr}`, learnt }
  } finally {
    await system.shutdown()
  }
}

test('no kernel knows a region that is not there any more, while memory is taken away, over many seeds', async (t) => {
  t.timeout(3_600_000) // the number of seeds is the soak's choice
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { stdout, reason, learnt } = await runAndWatch(seed, null)
    t.is(stdout, 'wrong: 0\n', `seed ${seed}: ${reason}`)
    t.true(learnt > 20, `seed ${seed}: kernels have learnt ${learnt} regions`)
  }
})

test('no kernel knows a region that is not there any more, while threads move at every safe point, over many seeds', async (t) => {
  t.timeout(3_600_000) // the number of seeds is the soak's choice
  for (let seed = 1; seed <= SEEDS / 2; seed++) {
    const { stdout, reason } = await runAndWatch(seed, null, 'hop')
    t.is(stdout, 'wrong: 0\n', `seed ${seed}: ${reason}`)
  }
})

test('a kernel that dies while memory is taken away holds nobody up, over many seeds', async (t) => {
  t.timeout(3_600_000) // the number of seeds is the soak's choice
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { stdout, reason } = await runAndWatch(seed, { at: seed * 17 })
    t.is(stdout, 'wrong: 0\n', `seed ${seed}: ${reason}`)
  }
})
