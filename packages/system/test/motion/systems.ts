import { compileProgram } from '@atoll/compiler'
import { text } from 'node:stream/consumers'
import type { ProcessResult, ProgramImage, System } from '@atoll/system'

const PROGRAMS = new URL('../../../../posix/test/programs/motion/', import.meta.url)

const images = new Map<string, Promise<ProgramImage>>()

/** A program of `packages/posix/test/programs/motion`, compiled once. */
export function motionProgram(name: string): Promise<ProgramImage> {
  const known = images.get(name) ?? compileProgram(new URL(`${name}.ts`, PROGRAMS))
  images.set(name, known)
  return known
}

/** How a program ended and what it printed. */
export interface Run extends ProcessResult {
  readonly stdout: string
  readonly stderr: string
}

/** A process that has been started: its streams are read from the beginning. */
export interface Started {
  readonly kernel: number
  /** Resolves when it has printed something. */
  readonly printed: Promise<void>
  readonly run: Promise<Run>
}

/** Starts a program with these arguments, on these CPUs. */
export async function start(
  system: System,
  program: string,
  argv: readonly (string | number)[] = [],
  cpus?: readonly number[],
): Promise<Started> {
  const child = await system.spawn(await motionProgram(program), { argv: argv.map(String), ...(cpus && { cpus }) })
  const printed = new Promise<void>((resolve) => {
    child.stdout.once('readable', resolve)
  })
  const streams = [text(child.stdout), text(child.stderr)] as const
  const run = Promise.all([child.wait(), ...streams]).then(([end, stdout, stderr]) => ({ ...end, stdout, stderr }))
  run.catch(() => undefined) // reported where it is awaited
  return { kernel: child.kernel, printed, run }
}

/** Starts a program and waits for its end. */
export const runToEnd = async (...args: Parameters<typeof start>): Promise<Run> => (await start(...args)).run
