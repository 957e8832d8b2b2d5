import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import { transform } from 'esbuild'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const ATOLL = join(ROOT, 'packages/cli/bin/atoll.js')

/** The TypeScript examples of the README, in its order: a program, and a host that spawns it. */
async function examples(): Promise<{ program: string; host: string }> {
  const text = await readFile(join(ROOT, 'README.md'), 'utf8')
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code)
  const program = blocks.find((code) => code.includes('export async function main'))
  const host = blocks.find((code) => code.includes('System.boot'))
  if (!program || !host) throw new Error('README.md has lost its examples')
  return { program, host }
}

/** A folder within the workspace, so that the examples find the packages as an installed project does. */
async function withFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(join(ROOT, '.cache'), { recursive: true })
  const folder = await mkdtemp(join(ROOT, '.cache/readme-'))
  try {
    return await body(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** What the program prints, by the README's own comment. */
const promised = (program: string): string => `${/console\.log\(total\) \/\/ (\d+)/.exec(program)?.[1] ?? '?'}\n`

for (const options of [[], ['--kernels', '4'], ['--backend', 'sim', '--seed', '7'], ['--force-motion', 'hop']]) {
  test(`the README's program prints what it says: atoll run walk.ts ${options.join(' ')}`, async (t) => {
    const { program } = await examples()
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'walk.ts'), program)
      const { stdout } = await run(process.execPath, [ATOLL, 'run', join(folder, 'walk.ts'), ...options])
      t.is(stdout, promised(program))
    })
  })
}

test("the README's host program boots a system and runs the program in it", async (t) => {
  const { program, host } = await examples()
  await withFolder(async (folder) => {
    await writeFile(join(folder, 'walk.ts'), program)
    const { code } = await transform(host, { loader: 'ts', format: 'esm' })
    await writeFile(join(folder, 'host.mjs'), code)
    const { stdout } = await run(process.execPath, [join(folder, 'host.mjs')])
    t.is(stdout, promised(program))
  })
})
