/**
 * Measures the compiler: time of a cold and a warm compilation, and how much larger the image is than its sources.
 *
 *     node packages/compiler/dist/bench/compile.js [ENTRY | --dense | --modules]
 *
 * `--dense` writes one module of 1,000 lines nearly all of which are in `async` functions; `--modules`, the default, a program of 50
 * small modules. Both the time that passes and the processor's time of all the engine's threads are shown, the latter from the start of the
 * process for the first compilation, as somebody who waits for a new process to compile meets it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { compileProgram, CompilerCache } from '@atoll/compiler'
import { denseModule } from './dense-module.js'

const MODULES = 50
const LINES = 1000
const SAMPLES = 5

const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'))
try {
  const entry = programFor(process.argv[2] ?? '--modules')
  const first = await timed(() => compileProgram(entry, { cache: null }))
  const sinceStart = { elapsed: performance.now(), cpu: cpuTime() }
  const cold: Cost[] = []
  const warm: Cost[] = []
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
  show('the process up to its first image', sinceStart)
  show('first compilation of the process', first)
  show('cold', median(cold))
  show('warm', median(warm))
  console.log(`source → image                     ${bytes} → ${image.code.length} bytes, ${growth(image.code, bytes)}`)
  console.log(`white space not counted            ${growth(image.code.replace(/\s+/g, ''), bytes)}`)
} finally {
  rmSync(folder, { recursive: true })
}

/** Milliseconds. */
interface Cost {
  readonly elapsed: number
  readonly cpu: number
}

async function timed(action: () => Promise<unknown>): Promise<Cost> {
  const start = { elapsed: performance.now(), cpu: cpuTime() }
  await action()
  return { elapsed: performance.now() - start.elapsed, cpu: cpuTime() - start.cpu }
}

/** Of this process; esbuild's own is not in it. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function median(costs: readonly Cost[]): Cost {
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN
  return { elapsed: middle(costs.map(({ elapsed }) => elapsed)), cpu: middle(costs.map(({ cpu }) => cpu)) }
}

function show(what: string, { elapsed, cpu }: Cost): void {
  console.log(`${what.padEnd(35)}${elapsed.toFixed(0)} ms, CPU ${cpu.toFixed(0)} ms`)
}

function growth(code: string, bytes: number): string {
  return `× ${(code.length / bytes).toFixed(1)}`
}

function programFor(argument: string): string {
  if (argument === '--modules') return writeModules()
  if (argument !== '--dense') return resolve(argument)
  writeFileSync(join(folder, 'main.ts'), denseModule(LINES))
  return join(folder, 'main.ts')
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
