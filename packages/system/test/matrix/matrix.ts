import test from 'ava'
import { compileProgram } from '@atoll/compiler'
import { text } from 'node:stream/consumers'
import { type Backend, type System, type ForcedMotion, type ProcessResult, type ProgramImage } from '@atoll/system'
import { boot } from '../booting.js'
import { findPrograms, type TestProgram } from './programs.js'

/** One system that every program runs on. */
export interface Configuration {
  /** `workers with 4 kernels under forced hop`. */
  readonly title: string
  readonly backend: Backend
}

/** What the matrix varies beside the program. */
export interface Variation {
  readonly kernels: number
  readonly forcedMotion: ForcedMotion | undefined
}

/** 1, 2 and 4 kernels, each without force and under both forced motions. */
export const VARIATIONS: readonly Variation[] = [1, 2, 4].flatMap((kernels) =>
  [undefined, 'capture' as const, 'hop' as const].map((forcedMotion) => ({ kernels, forcedMotion })),
)

/** Names a configuration of the backend. */
export function titleOf(backend: string, { kernels, forcedMotion }: Variation): string {
  const force = forcedMotion === undefined ? '' : ` under forced ${forcedMotion}`
  return `${backend} with ${kernels} ${kernels === 1 ? 'kernel' : 'kernels'}${force}`
}

/** A program that runs longer hangs: it is killed, and the test says so. */
const LIMIT_MS = 100_000

/** How a program ended, and what it wrote. */
export interface Run extends ProcessResult {
  readonly stdout: string
  readonly stderr: string
}

/**
 * Declares one test per configuration and program. The systems run one after another, each with all the programs at the same time:
 * they must not notice each other.
 */
export function testPrograms(configurations: readonly Configuration[]): void {
  const programs = findPrograms()
  const images = new Map<TestProgram, Promise<ProgramImage>>()
  const imageOf = (program: TestProgram): Promise<ProgramImage> => {
    const known = images.get(program) ?? compileProgram(program.entry)
    images.set(program, known)
    return known
  }
  let previous: Promise<unknown> = Promise.resolve()
  for (const { title, backend } of configurations) {
    const runs = previous.then(() => runAll(backend, programs, imageOf))
    previous = runs.catch(() => undefined) // the tests of this configuration report it
    for (const program of programs) {
      test(`${program.title} prints the same on ${title}`, async (t) => {
        t.timeout(600_000) // for the configurations before it; each program has a limit of its own
        const run = await (await runs).get(program)
        const { expected } = program
        if (run === undefined) throw new Error(`${program.title} was not run`)
        t.is(run.stdout, expected.stdout, describe(run))
        t.deepEqual(missing(run.stderr, expected.stderr), [], describe(run))
        t.is(run.status, expected.status, describe(run))
        t.is(run.signal, null, describe(run))
      })
    }
  }
}

async function runAll(
  backend: Backend,
  programs: readonly TestProgram[],
  imageOf: (program: TestProgram) => Promise<ProgramImage>,
): Promise<Map<TestProgram, Promise<Run>>> {
  const system = await boot(backend)
  try {
    const start = async (program: TestProgram): Promise<Run> => runProgram(system, await imageOf(program), program)
    const runs = new Map(programs.map((program) => [program, start(program)]))
    await Promise.allSettled(runs.values())
    return runs
  } finally {
    await system.shutdown()
  }
}

/** Runs a program to its end. */
export async function runProgram(
  system: System,
  program: string | ProgramImage,
  { argv, env }: Partial<Pick<TestProgram, 'argv' | 'env'>> = {},
): Promise<Run> {
  const child = await system.spawn(program, { ...(argv && { argv }), ...(env && { env }) })
  const watchdog = setTimeout(() => {
    child.kill()
  }, LIMIT_MS)
  const [result, stdout, stderr] = await Promise.all([child.wait(), text(child.stdout), text(child.stderr)])
  clearTimeout(watchdog)
  return { ...result, stdout, stderr }
}

const describe = ({ status, signal, reason, stderr }: Run): string =>
  `status ${status}, signal ${String(signal)} ${reason}\n${stderr}`

/** The parts that do not occur, one behind the other; if there are none, what is there instead of nothing. */
function missing(actual: string, parts: readonly string[]): string[] {
  if (parts.length === 0) return actual === '' ? [] : [`expected nothing, got: ${actual}`]
  let from = 0
  return parts.filter((part) => {
    const at = actual.indexOf(part, from)
    if (at >= 0) from = at + part.length
    return at < 0
  })
}
