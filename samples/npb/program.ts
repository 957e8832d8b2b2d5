import { _SC_NPROCESSORS_ONLN, sysconf } from '@atoll/posix'
import type { Route } from './team.js'

/** How a benchmark is to be run. */
export interface Options<S> {
  readonly size: S
  readonly threads: number
  /** How often each thread moves on to another CPU. */
  readonly walks: number
}

/** What a benchmark's run comes to. */
export interface Outcome {
  readonly report: string
  readonly verified: boolean
  /** By thread. */
  readonly routes: readonly Route[]
}

/** Runs a benchmark as a program, `[CLASS [THREADS [WALKS]]]`, and returns its exit status. */
export async function runProgram<S>(
  name: string,
  argv: readonly string[],
  defaultWalks: number,
  sizeOf: (className: string) => S,
  run: (options: Options<S>) => Promise<Outcome>,
): Promise<number> {
  let options
  try {
    options = readArguments(argv, defaultWalks, sizeOf)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    console.error(`${name}: ${error.message}`)
    return 2
  }
  const { report, verified, routes } = await run(options)
  console.log(report)
  for (const [id, route] of routes.entries()) console.log(` Thread ${id} ran on kernels ${route.join(' → ')}`)
  return verified ? 0 : 1
}

function readArguments<S>(argv: readonly string[], defaultWalks: number, sizeOf: (className: string) => S): Options<S> {
  const [, className = 'S', threads = String(sysconf(_SC_NPROCESSORS_ONLN)), walks = String(defaultWalks)] = argv
  return {
    size: sizeOf(className),
    threads: wholeNumber('THREADS', threads, 1),
    walks: wholeNumber('WALKS', walks, 0),
  }
}

function wholeNumber(argument: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new RangeError(`${argument} is '${text}': give a whole number of at least ${least}`)
}
