/**
 * Measures the compiler: time of a cold and a warm compilation, and how much larger the image is than its sources.
 * Run it with `node packages/compiler/dist/bench/compile.js [ENTRY]`; without an entry it writes a program of 50 modules.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { compileProgram, CompilerCache } from '@atoll/compiler'

const MODULES = 50
const SAMPLES = 5

const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'))
try {
  const entry = process.argv[2] ? resolve(process.argv[2]) : writeModules()
  const cold: number[] = []
  const warm: number[] = []
  for (let i = 0; i < SAMPLES; i++) {
    const cache = new CompilerCache(join(folder, `cache${i}`))
    cold.push(await timed(() => compileProgram(entry, { cache })))
    warm.push(await timed(() => compileProgram(entry, { cache })))
  }
  const image = await compileProgram(entry, { cache: null })
  const { sources } = JSON.parse(image.sourceMap) as { sources: string[] }
  const root = entry.slice(0, entry.length - image.name.length)
  const files = [...new Set(sources)].filter((source) => !source.startsWith('atoll:')) // but for the image's runtime
  const bytes = files.reduce((sum, file) => sum + readFileSync(join(root, file)).length, 0)
  const growth = image.code.length / bytes
  console.log(`first compilation of the process, cold  ${cold[0]?.toFixed(0)} ms`)
  console.log(`cold                                    ${median(cold.slice(1)).toFixed(0)} ms`)
  console.log(`warm                                    ${median(warm).toFixed(0)} ms`)
  console.log(`source → image                          ${bytes} → ${image.code.length} bytes, × ${growth.toFixed(1)}`)
} finally {
  rmSync(folder, { recursive: true })
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await action()
  return performance.now() - start
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? NaN
}

function writeModules(): string {
  const names = Array.from({ length: MODULES }, (_, i) => `module${i}`)
  for (const name of names) writeFileSync(join(folder, `${name}.ts`), moduleText(name))
  const imports = names.map((name) => `import { ${name} } from './${name}.js'`).join('\n')
  const calls = names.map((name) => `  sum += await ${name}([1, 2, 3])`).join('\n')
  writeFileSync(
    join(folder, 'main.ts'),
    `${imports}\nexport async function main(): Promise<number> {\n  let sum = 0\n${calls}\n  return sum\n}\n`,
  )
  return join(folder, 'main.ts')
}

function moduleText(name: string): string {
  return `
interface Entry { key: number; value: number }

async function load(key: number): Promise<Entry> {
  return { key, value: key * 2 }
}

export async function ${name}(keys: readonly number[]): Promise<number> {
  const entries = new Map<number, Entry>()
  try {
    for (const key of keys) {
      const entry = entries.get(key) ?? (await load(key))
      entries.set(key, entry)
      if (entry.value > 100) throw new RangeError(\`\${key} is too large\`)
    }
    return [...entries.values()].reduce((sum, { value }) => sum + value, 0)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return 0
  } finally {
    await load(0)
  }
}
`
}
