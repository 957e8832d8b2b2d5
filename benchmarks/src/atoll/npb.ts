import { problemSize } from '@atoll/samples/npb/ep-result.js'
import { ftSize } from '@atoll/samples/npb/ft-result.js'
import { isSize } from '@atoll/samples/npb/is-result.js'
import { mgSize } from '@atoll/samples/npb/mg-result.js'
import { plainEp } from '@atoll/samples/npb/plain/ep.js'
import { plainFt } from '@atoll/samples/npb/plain/ft.js'
import { plainIs } from '@atoll/samples/npb/plain/is.js'
import { plainMg } from '@atoll/samples/npb/plain/mg.js'
import { sabEp } from '@atoll/samples/npb/sab/ep.js'
import { sabFt } from '@atoll/samples/npb/sab/ft.js'
import { sabIs } from '@atoll/samples/npb/sab/is.js'
import { sabMg } from '@atoll/samples/npb/sab/mg.js'
import type { Row } from '../row.js'
import { AtollSystem, openProgram, type OpenProgram } from './atoll-system.js'

type NasName = 'ep' | 'is' | 'mg' | 'ft'

/** A NAS benchmark, and what it is measured beside. */
interface NasBenchmark<N extends NasName> {
  readonly name: N
  /** The problem size of the rows. */
  readonly className: string
  /** As an ordinary single-threaded program. */
  readonly plain: (className: string) => Timed
  /** On two worker threads that share memory. */
  readonly shared: (className: string) => Promise<Timed>
  /** The ratio to the second to reach. */
  readonly sharedTarget: number
}

interface Timed {
  /** Duration of the program's timed section. */
  readonly seconds: number
  readonly verified: boolean
}

export const EP: NasBenchmark<'ep'> = {
  name: 'ep',
  className: 'S',
  plain: (className) => plainEp(problemSize(className)),
  shared: (className) => sabEp(problemSize(className)),
  sharedTarget: 1.1,
}

export const IS: NasBenchmark<'is'> = {
  name: 'is',
  className: 'W',
  plain: (className) => plainIs(isSize(className)),
  shared: (className) => sabIs(isSize(className)),
  sharedTarget: 1.3,
}

export const MG: NasBenchmark<'mg'> = {
  name: 'mg',
  className: 'W',
  plain: (className) => plainMg(mgSize(className)),
  shared: (className) => sabMg(mgSize(className)),
  sharedTarget: 1.1,
}

export const FT: NasBenchmark<'ft'> = {
  name: 'ft',
  className: 'W',
  plain: (className) => plainFt(ftSize(className)),
  shared: (className) => sabFt(ftSize(className)),
  sharedTarget: 1.3,
}

/** The row of a benchmark on one kernel. Both sides stay loaded: their code is warm. */
export function onOneKernel<N extends NasName>(benchmark: NasBenchmark<N>): Row<`npb/${N}-1`> {
  return {
    name: `npb/${benchmark.name}-1`,
    unit: 's',
    peer: 'plain single-threaded TypeScript',
    better: 'lower',
    target: 1.1,
    open: async () => {
      const running = await openBenchmark(benchmark, 1)
      return {
        value: () => running.sample(),
        peer: async () => secondsOf(benchmark.plain(benchmark.className)),
        close: () => running.close(),
      }
    },
  }
}

/** The row of a benchmark on two kernels beside one. Both stay loaded. */
export function onTwoKernels<N extends NasName>(benchmark: NasBenchmark<N>): Row<`npb/${N}-2`> {
  return {
    name: `npb/${benchmark.name}-2`,
    unit: 's',
    peer: 'the same program on one kernel',
    better: 'lower',
    target: 0.55,
    open: async () => {
      const [two, one] = [await openBenchmark(benchmark, 2), await openBenchmark(benchmark, 1)]
      return {
        value: () => two.sample(),
        peer: () => one.sample(),
        close: async () => {
          await two.close()
          await one.close()
        },
      }
    },
  }
}

/** The row of a benchmark on two kernels beside two plain workers. Both sides start anew each time: the program, and the workers. */
export function besideSharedMemory<N extends NasName>(benchmark: NasBenchmark<N>): Row<`npb/${N}-sab`> {
  return {
    name: `npb/${benchmark.name}-sab`,
    unit: 's',
    peer: 'two worker threads on SharedArrayBuffer and Atomics',
    better: 'lower',
    target: benchmark.sharedTarget,
    open: async () => {
      const system = await AtollSystem.boot(2)
      return {
        value: () => secondsOn(system, benchmark, 2),
        peer: async () => secondsOf(await benchmark.shared(benchmark.className)),
        close: () => system.shutdown(),
      }
    },
  }
}

/** Loads a benchmark on as many kernels as it has threads. */
export const openBenchmark = ({ name, className }: NasBenchmark<NasName>, threads: number): Promise<OpenProgram> =>
  openProgram('npb', [name, className, String(threads)], threads)

/** Runs the sample on `threads` threads; it fails if it does not verify. Returns the time of its timed section, in seconds. */
async function secondsOn(
  system: AtollSystem,
  { name, className }: NasBenchmark<NasName>,
  threads: number,
): Promise<number> {
  const output = await system.run(`samples/npb/${name}.ts`, [className, String(threads)])
  const seconds = /Time in seconds\s+=\s+([\d.]+)/.exec(output)?.[1]
  if (seconds === undefined) throw new Error(`${name} printed no time:\n${output}`)
  return Number(seconds)
}

function secondsOf({ seconds, verified }: Timed): number {
  if (verified) return seconds
  throw new Error('a peer did not verify')
}
