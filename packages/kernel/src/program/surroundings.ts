import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { performance as hostPerformance } from 'node:perf_hooks'
import { unwindCaller } from '../cancellation/state.js'
import type { Surroundings } from '../frames/instantiate.js'
import { Unwind } from '../frames/unwind.js'
import type { Clock } from '../ports/clock.js'
import type { Random } from '../ports/random.js'
import { programTimers, type CallbackHost } from './timers.js'
import { virtualDate } from './virtual-date.js'

/** What the surroundings of a program need of its kernel. */
export interface SurroundingsHost extends CallbackHost {
  readonly clock: Clock
  readonly random: Random
  /** Is time virtual, and chance seeded? Then programs get theirs from the ports too. */
  readonly virtual: boolean
  /** `process.exitCode`. */
  exitCode: unknown
  /** `process.exit`, called by a host callback: no thread runs that could be unwound. */
  exitFromCallback(status: unknown): void
  /** Takes what the program writes. */
  write(stream: 'stdout' | 'stderr', output: string | Uint8Array): void
}

/** The identifiers that the host gives to a program: its console and process, time and chance of its kernel. */
export function surroundingsFor(
  host: SurroundingsHost,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Surroundings {
  const stdout = outputStream(host, 'stdout')
  const stderr = outputStream(host, 'stderr')
  const process = Object.create(globalThis.process, {
    argv: { value: [globalThis.process.execPath, ...argv], writable: true, enumerable: true },
    env: { value: { ...env }, writable: true, enumerable: true },
    stdout: { value: stdout, enumerable: true },
    stderr: { value: stderr, enumerable: true },
    exitCode: {
      get: () => host.exitCode,
      set: (status: unknown) => {
        host.exitCode = status
      },
      enumerable: true,
    },
    exit: {
      value: (status?: number): never => {
        const end: unknown = status ?? host.exitCode
        if (host.currentThread()) unwindCaller('process-exit', end)
        host.exitFromCallback(end)
        throw new Unwind('callback', end)
      },
    },
  }) as object
  return {
    console: new Console({ stdout, stderr, colorMode: false }),
    process,
    ...programTimers(host),
    Date: host.virtual ? virtualDate(host.clock) : Date,
    Math: host.virtual ? virtualMath(host.random) : Math,
    performance: host.virtual ? virtualPerformance(host.clock) : hostPerformance,
  }
}

/** The objects that programs reach by these identifiers: a frame may hold one of them across a safe point. */
export function namedSurroundings(surroundings: Surroundings): Readonly<Record<string, unknown>> {
  const given = surroundings.process as Readonly<Record<string, unknown>>
  const members = ['argv', 'env', 'stdout', 'stderr', 'exit'].map((name) => [name, given[name]] as const)
  return { ...surroundings, ...Object.fromEntries(members) }
}

/** Hands what is written to it on at once, so that `console` is in step with the program. */
function outputStream(host: SurroundingsHost, stream: 'stdout' | 'stderr'): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      host.write(stream, chunk)
      done()
    },
  })
}

const virtualMath = (random: Random): unknown =>
  Object.create(Math, { random: { value: () => random.unit(), writable: true, configurable: true } })

function virtualPerformance(clock: Clock): unknown {
  const startUs = clock.monotonicUs()
  return { now: () => (clock.monotonicUs() - startUs) / 1000, timeOrigin: clock.realtimeMs(), toJSON: () => ({}) }
}
