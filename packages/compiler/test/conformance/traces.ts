import {
  builtinCodeOf,
  decodeValues,
  encodeValues,
  instantiate,
  NotMovableError,
  type DecodeContext,
  type EncodeContext,
  type Frame,
  type ProgramImage,
  type Surroundings,
} from '@atoll/kernel'
import { build, transform } from 'esbuild'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { inspect } from 'node:util'
import { runInThisContext } from 'node:vm'
import ts from 'typescript'
import { Machine, machineCode, suspendedAlways, type FuelPolicy } from './machine.js'

/** What a program did: its log, and how its `main` ended as the last line. */
export type Trace = readonly string[]

type Log = (...values: unknown[]) => unknown
type Main = (log: Log) => unknown

/** Runs the program at `path` as Node would: types stripped, nothing lowered. */
export async function traceNatively(path: string): Promise<Trace> {
  const code = basename(path) === 'main.ts' ? await bundled(path) : await stripped(path)
  return traceScript(`(function (require, module, exports) { "use strict";\n${code}\n})`, path)
}

/** Not bundled: bundling makes errors of some things that a module finds out when it runs. */
async function stripped(path: string): Promise<string> {
  const source = await readFile(path, 'utf8')
  const { code, warnings } = await transform(source, { ...NATIVE, loader: 'ts' })
  // esbuild makes errors of functions that use a class's name and stand in its head, whenever they are called.
  return warnings.some(({ id }) => id === 'class-name-will-throw') ? strippedByTypeScript(source) : code
}

const strippedByTypeScript = (source: string): string =>
  ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS } })
    .outputText

async function bundled(path: string): Promise<string> {
  const { outputFiles } = await build({ ...NATIVE, entryPoints: [path], bundle: true, write: false })
  return outputFiles[0]?.text ?? ''
}

const NATIVE = { platform: 'node', format: 'cjs', target: 'node20', keepNames: true, logLevel: 'silent' } as const

/** Runs the body of a CommonJS wrapper natively. */
export async function traceScript(code: string, filename: string, given: object = {}): Promise<Trace> {
  const factory = runInThisContext(code, { filename }) as (
    require: unknown,
    module: { exports: object },
    exports: object,
  ) => void
  const module = { exports: {} }
  factory(createRequire(import.meta.url), module, module.exports)
  const { main } = module.exports as { main: Main }
  return await record((log) => main(log), given)
}

/** Runs a program's image on a machine of its own. */
export async function traceImage(image: ProgramImage, policy: FuelPolicy, given: object = {}): Promise<Trace> {
  const machine = new Machine(policy)
  const { exports } = instantiate(image, machine, createRequire(import.meta.url), hostSurroundings)
  return await record((log) => machine.startFiber(exports['main'] as Main, undefined, [log]), given)
}

/**
 * Runs a program's image and suspends it at every safe point; there its stack is written to bytes and read back, unless it
 * holds something that can't move.
 */
export async function traceTravelling(image: ProgramImage): Promise<{ trace: Trace; journeys: number }> {
  let journeys = 0
  let context: (EncodeContext & DecodeContext) | null = null
  const machine = new Machine(suspendedAlways, (top) => {
    if (!context) throw new Error('the program suspended before it began')
    try {
      const [copy] = decodeValues(encodeValues([top], context), context)
      journeys++
      return copy as Frame
    } catch (error) {
      if (error instanceof NotMovableError) return top
      throw error
    }
  })
  const { instance, exports } = instantiate(image, machine, createRequire(import.meta.url), hostSurroundings)
  const trace = await record((log) => {
    const externals = {
      nameOf: (target: object) => (target === log ? 'log' : undefined),
      has: (name: string) => name === 'log',
      named: () => log,
    }
    context = { instance, externals, builtinCode: (id) => machineCode(id) ?? builtinCodeOf(id) }
    return machine.startFiber(exports['main'] as Main, undefined, [log])
  })
  return { trace, journeys }
}

/** The host's own, because a trace is compared with one that was made on the host. */
export const hostSurroundings: Surroundings = {
  console,
  process,
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  setImmediate,
  clearImmediate,
  Date,
  Math,
  performance,
}

async function record(run: (log: Log) => unknown, given: object = {}): Promise<Trace> {
  const trace: string[] = []
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0 // stacks differ, and inspect would show those of errors within values
  try {
    const log: Log = (...values) => {
      trace.push(values.map(show).join(' '))
      return values.at(-1)
    }
    const result = await run(Object.assign(log, { given }))
    trace.push(`returned ${show(result)}`)
  } catch (error) {
    trace.push(`threw ${show(error)}`)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
  return trace
}

/** The engine tells its own `async` functions from those that are lowered: the one difference that is meant to be. */
const show = (value: unknown): string =>
  inspect(value, { depth: 8, breakLength: Infinity })
    .replaceAll('[AsyncFunction', '[Function')
    .replaceAll(/(\[Function(?:: [^\]]*| \(anonymous\))\]) AsyncFunction/g, '$1')
