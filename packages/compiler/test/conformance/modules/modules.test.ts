import test from 'ava'
import { compileProgram } from '@atoll/compiler'
import { evaluate, ImageInstance, type ProgramImage } from '@atoll/kernel'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { Machine, suspendedAlways, suspendedSometimes, unsuspended, type FuelPolicy } from '../machine.js'
import { writeProgram } from '../../programs.js'
import { hostSurroundings, type Trace } from '../traces.js'

// Programs of modules that await at their top level. Their modules call the global `log`, because their evaluation is what is to be seen.
const folder = new URL('../../../../test/conformance/modules/programs/', import.meta.url)
const policies = [unsuspended, suspendedAlways, suspendedSometimes(1)]

for (const graph of readdirSync(folder).filter((name) => name !== 'package.json')) {
  test.serial(`the modules of ${graph} are evaluated as natively`, async (t) => {
    const entry = new URL(`${graph}/main.js`, folder)
    const expected = await record(async () => {
      const { main } = (await import(entry.href)) as { main: () => unknown }
      await main()
    })
    t.true(expected.length > 1, 'the program logs nothing')
    const image = await compileProgram(entry, { cache: null })
    for (const policy of policies) t.deepEqual(await record(() => run(image, policy)), expected, policy.name)
  })
}

test.serial('resources of the top level are awaited before whoever imports the module is evaluated', async (t) => {
  const folder = await writeProgram(t, {
    'main.ts': `import { opened, ended } from './resources.js'
      log(opened(), ended)
      export async function main() { log(opened()) }`,
    'resources.ts': `const resource = (name: string) => ({ name, async [Symbol.asyncDispose]() { await null; log('released', name) } })
      export let ended = false
      await using first = resource('first')
      using second = { [Symbol.dispose]: () => log('released second') }
      await using third = resource('third')
      export const opened = () => [first.name, typeof second, third.name]
      log(opened())
      ended = true`,
  })
  const image = await compileProgram(join(folder, 'main.ts'), { cache: null })
  for (const policy of policies)
    t.deepEqual(
      await record(() => run(image, policy)),
      [
        "[ 'first', 'object', 'third' ]",
        "'released' 'third'",
        "'released second'",
        "'released' 'first'",
        "[ 'first', 'object', 'third' ] true",
        "[ 'first', 'object', 'third' ]",
        'returned',
      ],
      policy.name,
    )
})

test.serial('modules of libraries may await at their top level, too', async (t) => {
  const folder = await writeProgram(t, {
    'package.json': '{ "type": "module" }',
    'main.js': `import { value } from 'library'
      import old from 'old'
      log('main', value, old.is)
      export const main = () => log('in main')`,
    'node_modules/library/package.json': '{ "name": "library", "type": "module", "main": "index.js" }',
    'node_modules/library/index.js': `import { part } from './part.js'
      log('library')
      export const value = (await import('./lazy.js')).lazy + part`,
    'node_modules/library/part.js': `export const part = await new Promise((resolve) => setTimeout(resolve, 1, 'part'))\nlog('part')`,
    'node_modules/library/lazy.js': `export const lazy = await 'lazy '`,
    'node_modules/old/package.json': '{ "name": "old", "main": "index.js" }',
    'node_modules/old/index.js': `exports.is = 'CommonJS'; log('old')`,
  })
  const image = await compileProgram(join(folder, 'main.js'), { cache: null })
  const expected = await record(async () => {
    const { main } = (await import(pathToFileURL(join(folder, 'main.js')).href)) as { main: () => unknown }
    await main()
  })
  t.is(expected.length, 6)
  t.deepEqual(await record(() => run(image, unsuspended)), expected)
})

async function run(image: ProgramImage, policy: FuelPolicy): Promise<void> {
  const machine = new Machine(policy)
  const instance = new ImageInstance(image, machine)
  const exports = evaluate(instance, createRequire(import.meta.url), hostSurroundings)
  await instance.evaluated
  await machine.startFiber(exports['main'] as () => unknown, undefined, [])
}

async function record(program: () => Promise<void>): Promise<Trace> {
  const trace: string[] = []
  const log = (...values: unknown[]): void => {
    trace.push(values.map((value) => inspect(value).replaceAll('[AsyncFunction', '[Function')).join(' '))
  }
  Object.assign(globalThis, { log })
  try {
    await program()
    trace.push('returned')
  } catch (error) {
    trace.push(`threw ${String(error)}`)
  }
  await new Promise((resolve) => setImmediate(resolve)) // modules whose siblings have failed go on
  return trace
}
