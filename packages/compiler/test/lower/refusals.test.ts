import test from 'ava'
import { CompileError } from '../../src/errors.js'
import { lowerModule } from '../../src/lower/index.js'

/** Title, source, and where (`line:column`) what is refused how. */
const REFUSED: readonly (readonly [title: string, source: string, at: string, message: RegExp, remedy: RegExp])[] = [
  ['eval', 'const f = () => eval("1")', '1:17', /eval/, /new Function/],
  ['with', 'with (x) y', '1:1', /with/i, /./],
  [
    'an assigned module-level let',
    'let n = 0\nexport function f() { n++ }',
    '1:5',
    /module-level variable n is assigned by f/,
    /shared memory.*@kernel-local/,
  ],
  [
    'an assigned module-level var, in a method',
    'export class C { m() { v = 1 } }\nvar v = 0',
    '2:5',
    /variable v is assigned by m/,
    /@kernel-local/,
  ],
  [
    'an assigned module-level function',
    'export function g() {}\nexport const f = () => { g = f as any }',
    '1:17',
    /variable g/,
    /@kernel-local/,
  ],
  [
    'a local class that uses itself in a computed name that yields',
    'function* f(): any {\n  return class L { static [yield () => L] = 1 }\n}',
    '2:40',
    /local class uses itself, and yields/,
    /body of the class/,
  ],
  ['import = require()', 'import fs = require("node:fs")', '1:1', /CommonJS/, /import … from/],
  ['export =', 'const a = 1\nexport = a', '2:1', /CommonJS/, /export default/],
  ["the kernel's names", 'const $r = 1', '1:7', /\$r is the kernel's/, /another name/],
  [
    'a module-level name that generated code imports',
    'const $apply = 1\nexport const f = async (o: any) => await o.m($apply)',
    '1:7',
    /\$apply is the compiler's/,
    /another name/,
  ],
  [
    'a module-level name that generated code declares',
    'import { $value } from "./x"\nexport const f = async () => $value',
    '1:10',
    /\$value is the compiler's/,
    /another name/,
  ],
]

for (const [title, source, at, message, remedy] of REFUSED) {
  test(`${title} is refused, with its place and a remedy`, (t) => {
    const error = t.throws(() => lowerModule(source, { path: 'src/p.ts' }), { instanceOf: CompileError })
    t.is(error.file, 'src/p.ts')
    t.is(`${error.line}:${error.column}`, at)
    t.regex(error.diagnostics[0].message, message)
    t.regex(error.diagnostics[0].remedy, remedy)
  })
}

test('what is only declared is never refused', (t) => {
  const source =
    'declare namespace A.B {\n  export let v: number\n}\ndeclare class C {\n  #p: number\n}\nexport const a = 1'
  t.notThrows(() => lowerModule(source, { path: 'p.ts' }))
})

test('a syntax error has its place', (t) => {
  const error = t.throws(() => lowerModule('const x = 1\nconst y = ]', { path: 'p.ts' }), { instanceOf: CompileError })
  t.is(`${error.line}:${error.column}`, '2:11')
})

test('everything that is refused by its form is reported at once, in source order', (t) => {
  const source = 'function f() { eval("") }\nfunction g() { eval("1") }\nfunction h() { eval("2") }'
  const error = t.throws(() => lowerModule(source, { path: 'p.ts' }), { instanceOf: CompileError })
  t.deepEqual(
    error.diagnostics.map(({ line }) => line),
    [1, 2, 3],
  )
})

test('module-level state that is marked kernel-local may be assigned, and does not travel by name', (t) => {
  const { code } = lowerModule(
    'let n = 0 // @kernel-local\n// @kernel-local: a cache\nlet m = 0\nexport function f() { n++; m++ }',
    { path: 'p.ts' },
  )
  t.regex(code, /f:\(\)=>f/)
  t.notRegex(code, /[nm]:\(\)=>/)
})

test('module-level state that only the module itself assigns is accepted', (t) => {
  t.notThrows(() =>
    lowerModule('let n = 0\nfor (let i = 0; i < 3; i++) n += i\nexport const f = () => n', { path: 'p.ts' }),
  )
})
