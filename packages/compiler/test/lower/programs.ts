import type { Code } from '@atoll/kernel'
import type { ExecutionContext } from 'ava'
import { transform } from 'esbuild'
import { inspect } from 'node:util'
import { lowerModule } from '../../src/lower/index.js'
import { linked } from '../linked.js'
import { Machine, SUSPENDED, UNINITIALIZED, type Mode } from './machine.js'

/** What a program did: everything it logged, and how it ended. */
export interface Trace {
  readonly log: readonly string[]
  readonly outcome: string
}

type Main = (log: (...values: unknown[]) => void) => unknown
interface Exports {
  readonly main: Main
}

/** What a lowered module registered. */
export class Registry {
  readonly codes = new Map<string, Code>()
  readonly templates = new Map<string, { name: string; line: number; assigns: readonly string[] }>()
  readonly named = new Map<string, () => unknown>()

  code(
    id: string,
    name: string,
    points: readonly (readonly [number, number, readonly string[], (readonly string[])?])[],
    resume: Code['resume'],
  ): Code {
    const code: Code = {
      id,
      name,
      file: id.replace(/:.*$/, ''),
      points: points.map(([line, column, slots, names]) => ({ line, column, slots, names: names ?? slots })),
      resume,
    }
    if (this.codes.has(id)) throw new Error(`two codes ${id}`)
    this.codes.set(id, code)
    return code
  }

  template(
    id: string,
    name: string,
    line: number,
    assigns: readonly string[],
    make: (...e: unknown[]) => object,
  ): object {
    if (this.templates.has(id)) throw new Error(`two templates ${id}`)
    this.templates.set(id, { name, line, assigns })
    return { id, name, line, assigns, make }
  }

  names(prefix: string, getters: Readonly<Record<string, () => unknown>>): void {
    for (const [name, getter] of Object.entries(getters)) this.named.set(`${prefix}#${name}`, getter)
  }
}

/** A CommonJS module's code in a function of `$r`, `$i`, … and `exports`. */
function factory(code: string): (...args: unknown[]) => void {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what is tested is generated code
  return new Function('$r', '$i', '$S', '$U', 'module', 'exports', `"use strict";${code}`) as (
    ...args: unknown[]
  ) => void
}

function evaluate(make: (...args: unknown[]) => void, machine: Machine | null, registry: Registry): Exports {
  const module = { exports: {} }
  make(machine, registry, SUSPENDED, UNINITIALIZED, module, module.exports)
  return module.exports as Exports
}

async function trace(run: (log: (...values: unknown[]) => void) => unknown): Promise<Trace> {
  const log: string[] = []
  const show = (value: unknown): string => (value instanceof Error ? `${value.name}: ${value.message}` : inspect(value))
  try {
    const value = await run((...values) => void log.push(values.map(show).join(' ')))
    return { log, outcome: `returned ${show(value)}` }
  } catch (error) {
    return { log, outcome: `threw ${show(error)}` }
  }
}

/** A lowered program, ready to run. */
export async function lowered(
  source: string,
  mode: Mode,
  slice?: number,
): Promise<{ main: Main; machine: Machine; registry: Registry }> {
  const machine = new Machine(mode, slice)
  const registry = new Registry()
  const { code } = lowerModule(source, { path: 'program.ts' })
  const { main } = evaluate(factory(await linked(code)), machine, registry)
  return { main, machine, registry }
}

export async function native(source: string): Promise<Main> {
  const { code } = await transform(source, {
    loader: 'ts',
    format: 'cjs',
    target: 'node20',
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: true } },
  })
  return evaluate(factory(code), null, new Registry()).main
}

export const traceNative = async (source: string): Promise<Trace> => trace(await native(source))

export const traceLowered = async (source: string, mode: Mode): Promise<Trace> =>
  trace((await lowered(source, mode)).main)

/** Runs the program natively, lowered, and lowered with a suspension at every safe point: all must do the same. */
export async function agrees(t: ExecutionContext, source: string): Promise<Trace> {
  const expected = await traceNative(source)
  t.deepEqual(await traceLowered(source, 'never'), expected, 'never suspended')
  t.deepEqual(await traceLowered(source, 'always'), expected, 'suspended at every safe point')
  return expected
}
