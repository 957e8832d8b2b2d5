import test from 'ava'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SimBackend } from '@atoll/system'
import { boot } from '../booting.js'
import { runProgram } from './matrix.js'

const PACKAGES = new URL('../../../../', import.meta.url)

interface Example {
  readonly code: string
  readonly output: string
}

/** A README's examples, and what it says that they print. */
async function examplesOf(name: string): Promise<Example[]> {
  const readme = await readFile(new URL(`${name}/README.md`, PACKAGES), 'utf8')
  const examples = readme.matchAll(/```ts\n([^]*?)```[^]*?```text\n([^]*?)```/g)
  return Array.from(examples, ([, code = '', output = '']) => ({ code, output }))
}

async function exampleOf(name: string): Promise<Example> {
  const [example] = await examplesOf(name)
  if (example === undefined) throw new Error(`the README of ${name} has no example and output`)
  return example
}

test("the examples of posix's README print what it says", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-readme-'))
  const system = await boot(new SimBackend({ kernels: 2 }))
  try {
    const examples = await examplesOf('posix')
    t.true(examples.length > 1)
    for (const [i, { code, output }] of examples.entries()) {
      const entry = join(folder, `example-${i}.ts`)
      await writeFile(entry, code)
      const { stdout, stderr } = await runProgram(system, entry)
      t.deepEqual({ stdout, stderr }, { stdout: output, stderr: '' })
    }
  } finally {
    await system.shutdown()
    await rm(folder, { recursive: true })
  }
})

test('the examples of the guide to memory do what it says', async (t) => {
  const guide = await readFile(new URL('../docs/memory.md', PACKAGES), 'utf8')
  const [mapping = '', declarations = '', uses = ''] = Array.from(
    guide.matchAll(/```ts\n([^]*?)```/g),
    ([, code = '']) => code,
  )
  const [, output = ''] = /```text\n([^]*?)```/.exec(guide) ?? []
  const names = 'malloc, atomic_fetch_add_i32, store_f32, PROT_READ, PROT_WRITE'
  const structures = `import { ${names} } from '@atoll/posix'\n${declarations}\nexport async function main() {\n${uses}\n}`
  const folder = await mkdtemp(join(tmpdir(), 'atoll-guide-'))
  const system = await boot(new SimBackend({ kernels: 2 }))
  const run = async (code: string): Promise<string> => {
    const entry = join(folder, 'example.ts')
    await writeFile(entry, code)
    const { stdout, stderr } = await runProgram(system, entry)
    t.is(stderr, '')
    return stdout
  }
  try {
    t.is(await run(mapping), output)
    const printed = await run(structures)
    for (const part of ['mass: 1.5', 'x: 1, y: 3', 'hits: 1', '65']) t.true(printed.includes(part), printed)
  } finally {
    await system.shutdown()
    await rm(folder, { recursive: true })
  }
})

for (const name of ['kernel', 'migration']) {
  test(`the example of ${name}'s README prints what it says`, async (t) => {
    const { code, output } = await exampleOf(name)
    const cwd = fileURLToPath(new URL(name, PACKAGES))
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { cwd })
    t.is(stdout, output)
  })
}
