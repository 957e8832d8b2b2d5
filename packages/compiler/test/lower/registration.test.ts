import type { Frame } from '@atoll/kernel'
import test from 'ava'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { lowerModule } from '../../src/lower/index.js'
import { closures, Unwind } from './machine.js'
import { lowered } from './programs.js'

test('each point has its line, its column, and the names of what is live there', async (t) => {
  const { registry } = await lowered(
    `export async function main(log: any) {
  const dead = 1
  log(dead)
  const kept = await log(2)
  for (let i = 0; i < 2; i++) { log(kept) }
  await log(kept)
}`,
    'never',
  )
  const points = registry.codes.get('program.ts:1:8')?.points
  t.deepEqual(
    points?.map(({ line, column, names }) => [line, column, ...names]),
    [
      [4, 16, 'log'],
      [5, 3, 'log', 'kept', 'i'],
      [6, 3],
    ],
  )
})

test('a destructured variable of an earlier turn is not live', async (t) => {
  const { registry } = await lowered(
    'export async function main(get: any) { for (;;) { const { socket } = await get(); socket.use() } }',
    'never',
  )
  const points = registry.codes.get('program.ts:1:8')?.points
  t.deepEqual(
    points?.map(({ names }) => names),
    [['get'], ['get']],
  )
})

test('the value of a pending return is not live before the return', async (t) => {
  const { registry } = await lowered(
    'export async function main(f: any) { try { await f(1); return await f(2) } finally { await f(3) } }',
    'never',
  )
  const points = registry.codes.get('program.ts:1:8')?.points
  t.deepEqual(
    points?.map(({ slots }) => slots.length),
    [1, 1, 2],
  )
})

test('a template tells which captured variables its closure assigns', async (t) => {
  const { registry } = await lowered(
    `export function main() { let a = 1, b = 2, c = 3; const f = () => { a = b; const g = () => c++; let own = 1; const h = () => own++; return [g, h] }; return f }`,
    'never',
  )
  const templates = [...registry.templates.values()].map(({ name, assigns }) => [name, ...assigns])
  t.deepEqual(templates.sort(), [
    ['f', 'a', 'c'],
    ['g', 'c'],
    ['h', 'own'],
  ])
})

test('closures are marked with their template and environments', async (t) => {
  const { main } = await lowered(
    'export async function main() { let n = 1; return [() => n, async () => n++, class { m() { return n } }, () => 5] }',
    'never',
  )
  const made = (await main(() => undefined)) as object[]
  t.deepEqual(
    made.map((closure) => closures.get(closure)?.environments),
    [[{ n: 1 }], [{ n: 1 }], [{ n: 1 }], []],
  )
})

test('module-level bindings and functions that capture nothing travel by name', async (t) => {
  const { registry } = await lowered(
    `
export const table = { add: (a: number, b: number) => a + b, async m() {} }
class C { m() {} static s() {} async am() {} get g(): never { throw new Error('called') } }
export default async () => {}
export function main() { return [C, table] }`,
    'never',
  )
  const { named } = registry
  t.deepEqual(
    [...named.keys()].sort(),
    ['2:29', '2:62', '4:16', 'C', 'C.prototype.am', 'C.prototype.m', 'C.s', 'default', 'main', 'table']
      .map((name) => `program.ts#${name}`)
      .sort(),
  )
  const table = named.get('program.ts#table')?.() as { add: unknown; m: unknown }
  t.is(named.get('program.ts#2:29')?.(), table.add)
  t.is(named.get('program.ts#2:62')?.(), table.m)
})

test('an unwinding passes catch clauses and runs finally blocks, whatever they do', async (t) => {
  const source = `export async function main(log: any) {
    for (const x of [1, 2]) {
      try { try { await inner(log) } catch (e) { log('never') } finally { log('outer finally'); await null } }
      finally { if (x) continue }
    }
    return 'never'
  }
  async function inner(log: any) { try { log('in'); await null; log('never') } catch { log('never') } finally { log('inner finally') } }`
  const { main, machine } = await lowered(source, 'always')
  const unwind = new Unwind()
  const log: string[] = []
  machine.onSuspend = () => {
    machine.onSuspend = null
    return { error: unwind }
  }
  await t.throwsAsync(async () => main((line: unknown) => void log.push(String(line))) as Promise<unknown>, {
    is: unwind,
    any: true,
  })
  t.deepEqual(log, ['in', 'inner finally', 'outer finally'])
})

test('an exception can be thrown into a loop at its back-edge', async (t) => {
  const source = `export async function main(log: any) { try { for (let i = 0; ; i++) log(i) } catch (e) { return e } }`
  const { main, machine } = await lowered(source, 'always')
  const log: unknown[] = []
  machine.onSuspend = () => (log.length < 3 ? null : { error: 'interrupted' })
  t.is(await main((i: unknown) => void log.push(i)), 'interrupted')
  t.deepEqual(log, [0, 1, 2])
})

test('a frame has exactly the slots of its point', async (t) => {
  const source =
    'export async function main(log: any) { let a = 1; const b = { c: 2 }; await null; log(a, b); await null }'
  const { main, machine } = await lowered(source, 'always')
  const frames: Frame[] = []
  machine.onSuspend = (top) => {
    if (top.$c) frames.push(top.$c)
    return null
  }
  await main(() => undefined)
  t.deepEqual(
    frames.map(({ $p, $f, $c, ...slots }) => [$p, $f.id, $c, Object.keys(slots)]),
    [
      [0, 'program.ts:1:8', null, ['log', 'a', 'b']],
      [1, 'program.ts:1:8', null, []],
    ],
  )
})

test('positions in the output map to the original source', (t) => {
  const source = `interface Unused { x: number }
export async function main(log: (x: number) => void) {
  const values: number[] = [1]
  for (const value of values) await Promise.reject(new Error('here'))
}`
  const { code, map } = lowerModule(source, { path: 'src/a.ts' })
  const lines = code.split('\n')
  const places = lines.flatMap((text, line) =>
    text.includes("'here'") ? [[line, text.indexOf("new Error('here'")] as const] : [],
  )
  t.true(places.length > 0)
  const positions = new SourceMap(map as unknown as SourceMapPayload)
  for (const [line, column] of places) {
    const entry = positions.findEntry(line, column)
    t.true('originalLine' in entry && entry.originalLine === 3 && entry.originalColumn === 51, JSON.stringify(entry))
    t.is((entry as { originalSource: string }).originalSource, 'src/a.ts')
  }
})

test('types, enums, parameter properties and unused imports are removed as TypeScript does', (t) => {
  const { code } = lowerModule(
    `import { type A, b, C } from './x.js'
import type { D } from './y.js'
enum Color { Red, Green = 5 }
export class P { declare z: D; constructor(readonly q: A, public c: C) {} }
export const f = <T,>(x: T): T => (b(x as never), Color.Green as never)!`,
    { path: 'p.ts' },
  )
  t.regex(code, /import\{b\}from'\.\/x\.js'/)
  t.notRegex(code, /y\.js|interface|readonly|declare/)
})

test('generated code is a bounded multiple of its source', (t) => {
  const source = `export async function main(log: any) {
  const total = { sum: 0 }
  for (let i = 0; i < 10; i++) {
    const value = await log(i)
    if (value > 3) total.sum += await log(value)
  }
  try { await log(total) } finally { await log('end') }
  return total.sum
}`
  const size = (text: string): number => text.replace(/\s+/g, '').length
  const factor = size(lowerModule(source, { path: 'p.ts' }).code) / size(source)
  t.true(factor < 16.9, String(factor))
})
