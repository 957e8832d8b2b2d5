import { SURROUNDINGS, type ProgramImage } from '@atoll/kernel'
import test, { type ExecutionContext } from 'ava'
import { createHash } from 'node:crypto'
import { symlink, writeFile } from 'node:fs/promises'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CompileError, compileProgram, CompilerCache, type Diagnostic } from '@atoll/compiler'
import { writeProgram } from './programs.js'

const compile = (entry: URL | string): Promise<ProgramImage> => compileProgram(entry, { cache: null })

const SIMPLE = {
  'package.json': '{ "name": "simple" }',
  'src/app.ts': `import { pthread_self } from '@atoll/posix'
import { basename } from 'node:path'
import { double } from './double.js'
import { shout } from 'shouting'

interface Unused { nothing: true }

export async function main(argv: string[]): Promise<number> {
  console.log(shout(basename(String(pthread_self()))), argv satisfies string[])
  return await double(21)
}
`,
  'src/double.ts': `export const double = async (n: number): Promise<number> => {
  if (n < 0) throw new RangeError('negative')
  return n * 2
}
`,
  'node_modules/shouting/package.json': '{ "name": "shouting", "main": "index.js" }',
  'node_modules/shouting/index.js':
    'exports.shout = async_ => async_.toUpperCase() + "!"\nexports.later = async () => 1\n',
}

/** What is wrong with a program made of `files`. */
async function refusals(
  t: ExecutionContext,
  files: Record<string, string>,
  entry = 'app.ts',
): Promise<readonly Diagnostic[]> {
  const folder = await writeProgram(t, files)
  const error = await t.throwsAsync(compile(join(folder, entry)), { instanceOf: CompileError })
  for (const { message, remedy } of error?.diagnostics ?? []) t.notRegex(message + remedy, /undefined|\n/)
  return error?.diagnostics ?? []
}

const place = ({ file, line, column }: Diagnostic): string => `${file}:${line}:${column}`

test('an image is one strict function expression that takes the registers, the instance and the surroundings', async (t) => {
  const folder = await writeProgram(t, SIMPLE)
  const { code, name, hash } = await compile(join(folder, 'src/app.ts'))
  t.true(code.startsWith(`(function ($r, $i, ${SURROUNDINGS.join(', ')}) {\n"use strict";`))
  t.true(code.endsWith('})'))
  t.is(name, 'src/app.ts')
  t.is(hash, createHash('sha256').update(code).digest('hex'))
})

test('application files are lowered, libraries stay as they are, Atoll and Node stay outside', async (t) => {
  const folder = await writeProgram(t, SIMPLE)
  const { code } = await compile(join(folder, 'src/app.ts'))
  t.true(code.includes('require("@atoll/posix")'))
  t.true(code.includes('require("node:path")'))
  t.true(code.includes('later=async()=>1'))
  t.is(code.match(/\basync\b/g)?.length, 1)
})

test('what generated code calls is in an image once, however many modules call it', async (t) => {
  const each = (name: string): string =>
    `export async function ${name}(xs: Iterable<number>): Promise<void> { for (const x of xs) await Promise.resolve(x) }\n`
  const folder = await writeProgram(t, {
    'app.ts': `import { other } from './other.js'\nexport async function main() { await own([]); await other([]) }\n${each('own')}`,
    'other.ts': each('other'),
  })
  const { code } = await compile(join(folder, 'app.ts'))
  t.is(code.match(/function \$iterate\b/g)?.length, 1)
  t.is(code.match(/class _?\$Collection\b/g)?.length, 1)
  t.notRegex(code, /\$accessor/, 'what no module calls is left out')
})

test('an image is a bounded multiple of its sources', async (t) => {
  const MODULES = 10
  const text = (name: string): string => `
async function load(key: number): Promise<{ key: number; value: number }> {
  return { key, value: key * 2 }
}
export async function ${name}(keys: Iterable<number>): Promise<number> {
  let sum = 0
  try {
    for (const key of keys) {
      const { value } = await load(key)
      sum += value
    }
  } finally {
    await load(0)
  }
  return sum
}
`
  const names = Array.from({ length: MODULES }, (_, i) => `module${i}`)
  const app = [
    ...names.map((name) => `import { ${name} } from './${name}.js'`),
    'export async function main() {',
    ...names.map((name) => `  await ${name}([1, 2, 3])`),
    '}',
  ].join('\n')
  const files = Object.fromEntries(names.map((name) => [`${name}.ts`, text(name)]))
  const folder = await writeProgram(t, { ...files, 'app.ts': app })
  const { code } = await compile(join(folder, 'app.ts'))
  const size = (source: string): number => source.replace(/\s+/g, '').length
  const factor = size(code) / size(app + Object.values(files).join(''))
  t.true(factor < 13, String(factor))
  t.true(code.length < 1.05 * size(code), 'an image holds hardly any white space')
})

test('a program may be named by a file URL, a path, or a link to it', async (t) => {
  const folder = await writeProgram(t, SIMPLE)
  const path = join(folder, 'src/app.ts')
  await symlink(path, join(folder, 'link.ts'))
  const { hash } = await compile(path)
  t.is((await compile(pathToFileURL(path))).hash, hash)
  t.is((await compile(pathToFileURL(path).href)).hash, hash)
  t.is((await compile(join(folder, 'link.ts'))).hash, hash)
})

test('the same sources give the same image in every folder, other sources another', async (t) => {
  const [first, second] = [
    await writeProgram(t, SIMPLE),
    await writeProgram(t, { ...SIMPLE, 'other.txt': 'not imported' }),
  ]
  const image = await compile(join(first, 'src/app.ts'))
  t.deepEqual(await compile(join(second, 'src/app.ts')), image)
  await writeFile(join(second, 'src/double.ts'), SIMPLE['src/double.ts'].replace('* 2', '* 3'))
  t.not((await compile(join(second, 'src/app.ts'))).hash, image.hash)
})

test('without a package.json the root is the folder of the entry', async (t) => {
  const folder = await writeProgram(t, { 'deep/app.ts': 'export const main = async () => 0' })
  t.is((await compile(join(folder, 'deep/app.ts'))).name, 'app.ts')
})

test('the source map leads to the TypeScript sources, relative to the root', async (t) => {
  const folder = await writeProgram(t, SIMPLE)
  const { code, sourceMap } = await compile(join(folder, 'src/app.ts'))
  const payload = JSON.parse(sourceMap) as SourceMapPayload
  const files = payload.sources.filter((source) => !source.startsWith('atoll:')) // the image's runtime
  t.deepEqual(Array.from(new Set(files)).sort(), ['node_modules/shouting/index.js', 'src/app.ts', 'src/double.ts'])
  t.false(sourceMap.includes(folder))
  const map = new SourceMap(payload)
  const original = (text: string): string => {
    const lines = code.slice(0, code.indexOf(text)).split('\n')
    const entry = map.findEntry(lines.length - 1, lines.at(-1)?.length ?? 0)
    return 'originalSource' in entry
      ? `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
      : 'nowhere'
  }
  t.is(original('new RangeError'), 'src/double.ts:2:20')
  t.is(original('console.log'), 'src/app.ts:9:3')
  t.is(original('async_.toUpperCase'), 'node_modules/shouting/index.js:1:27')
})

test('a missing file, a folder and a file that is no module are refused by name', async (t) => {
  const files = { 'app.txt': 'hello', 'view.tsx': 'export const main = 1' }
  const folder = await writeProgram(t, files)
  for (const [entry, message] of [
    ['missing.ts', /no such file/],
    ['.', /folder/],
    ['app.txt', /\.txt file/],
    ['view.tsx', /\.tsx file/],
  ] as const) {
    // prettier-ignore
    const path = join(folder, entry)
    const error = await t.throwsAsync(compile(path), { instanceOf: CompileError, message })
    t.is(error?.file, path)
  }
})

test('a syntax error is shown at its line and column', async (t) => {
  const [found] = await refusals(t, { 'app.ts': 'export const main = async () => {\n  const x = = 1\n}\n' })
  t.is(found && place(found), 'app.ts:2:13')
  t.is(found?.excerpt, '  const x = = 1')
})

test('a syntax error in an imported file is shown in that file', async (t) => {
  const app = "import { f } from './lib/f.js'\nexport const main = async () => f()\n"
  const [found] = await refusals(t, { 'app.ts': app, 'lib/f.ts': '\n\nexport function f( {' })
  t.is(found?.file, 'lib/f.ts')
  t.is(found?.line, 3)
})

test('imports that lead nowhere are all shown, at their place in the TypeScript source', async (t) => {
  const found = await refusals(t, {
    'app.ts': `interface A {\n  b: string\n}\nimport { x } from './nowhere.js'\nimport y from 'not-installed'\nexport const main = async () => [x, y]\n`,
  })
  t.deepEqual(found.map(place), ['app.ts:4:19', 'app.ts:5:15'])
  t.regex(found[0]?.message ?? '', /\.\/nowhere\.js/)
  t.regex(found[1]?.remedy ?? '', /npm install/)
})

test('an import of what the other module does not export is shown', async (t) => {
  const app = "import { missing } from './other.js'\nexport const main = async () => missing\n"
  const [found] = await refusals(t, { 'app.ts': app, 'other.ts': 'export const present = 1\n' })
  t.regex(found?.message ?? '', /"missing"/)
  t.is(found?.line, 1)
})

test('a program must export main', async (t) => {
  for (const source of [
    'export const other = 1',
    'console.log(1)',
    '',
    'export default async function main() {}',
    'export type main = 1',
  ]) {
    const [found] = await refusals(t, { 'app.ts': source })
    t.regex(found?.message ?? '', /no main/, source)
    t.is(found?.file, 'app.ts')
    t.regex(found?.remedy ?? '', /export async function main/)
  }
})

test('a missing main is shown in a program below its root, too', async (t) => {
  const [found] = await refusals(t, { 'package.json': '{}', 'src/app.ts': '\n\nexport const other = 1' }, 'src/app.ts')
  t.is(found && place(found), 'src/app.ts:1:1')
  t.regex(found?.message ?? '', /no main/)
})

test('main must not plainly be something else than a function', async (t) => {
  const cases = [
    ['export const main = 5', '1:14', 'a plain value'],
    ['export const main = { run: 1 }', '1:14', 'an object'],
    ['export class main {}', '1:8', 'a class'],
    ['const other = [1]\nexport { other as main }', '1:7', 'an array'],
  ] as const
  for (const [source, where, what] of cases) {
    const [found] = await refusals(t, { 'app.ts': source })
    t.is(found && place(found), `app.ts:${where}`)
    t.regex(found?.message ?? '', new RegExp(what))
  }
})

test('main may come from another module, under any name and in any form of function', async (t) => {
  const sources = [
    "export { main } from './other.js'",
    "export * from './other.js'",
    "import { start } from './other.js'\nexport { start as main }",
    'export function main() {}',
    'export const main = async (): Promise<void> => {}',
    "import { start } from './other.js'\nexport const main = start",
  ]
  for (const source of sources) {
    const other = 'export async function main() {}\nexport { main as start }'
    const folder = await writeProgram(t, { 'app.ts': source, 'other.ts': other })
    await t.notThrowsAsync(compile(join(folder, 'app.ts')), source)
  }
})

test('what the lowering refuses is shown with its line, with what is wrong in other files', async (t) => {
  const app = "import './a.js'\nimport './b.js'\nexport const main = async () => 0\n"
  const found = await refusals(t, {
    'app.ts': app,
    'a.ts': 'export let count = 0\nexport function bump(): void {\n  count++\n}\n',
    'b.ts': 'export const answer = await 42\neval("1")\n',
  })
  t.deepEqual(found.map(({ file }) => file).sort(), ['a.ts', 'b.ts'])
  t.regex(found.find(({ file }) => file === 'a.ts')?.message ?? '', /count/)
})

test('import.meta is refused where it stands', async (t) => {
  const [found, ...others] = await refusals(t, {
    'app.ts': 'interface A {\n  b: 1\n}\nexport const main = async () => import.meta.url\n',
  })
  t.deepEqual(others, [], 'it is said once')
  t.is(found?.file, 'app.ts')
  t.is(found?.line, 4)
})

test('a library that is valid in sloppy mode only is named', async (t) => {
  const [found] = await refusals(t, {
    'app.ts': "import { old } from 'old'\nexport const main = async () => old(1)\n",
    'node_modules/old/package.json': '{ "name": "old", "main": "old.js" }',
    'node_modules/old/old.js': 'exports.old = function (o) { with (o) { return x } }\n',
  })
  t.is(found?.file, 'node_modules/old/old.js')
  t.regex(found?.message ?? '', /strict mode/)
})

test('a cache changes nothing but the time', async (t) => {
  const folder = await writeProgram(t, SIMPLE)
  const cache = new CompilerCache(join(folder, 'cache'))
  const entry = join(folder, 'src/app.ts')
  const image = await compile(entry)
  t.deepEqual(await compileProgram(entry, { cache }), image)
  t.deepEqual(await compileProgram(entry, { cache }), image)
  await writeFile(join(folder, 'src/double.ts'), SIMPLE['src/double.ts'].replace('* 2', '* 3'))
  t.deepEqual(await compileProgram(entry, { cache }), await compile(entry))
  t.is(cache.problem, null)
})
