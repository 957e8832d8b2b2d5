import test from 'ava'
import { Script } from 'node:vm'
import { frameLines, imageFileName, mapStack, type Code, type Frame, type ProgramImage } from '@atoll/kernel'

/** Its one mapping: everything from line 2, column 1 on is from line 10, column 3 of src/app.ts. */
const image: ProgramImage = {
  hash: 'ab'.repeat(32),
  name: 'src/app (1).ts',
  code: `({\nfib(n) { return n > 0 ? this?.fib(n - 1) ?? fib(n - 1) : fail() } })`,
  sourceMap: '{"version":3,"sources":["src/app.ts"],"names":[],"mappings":";AASE"}',
}
const imageOf = (hash: string): ProgramImage | undefined => (hash === image.hash ? image : undefined)
const place = `${imageFileName(image)}:2:20`

test('places in images become places in their sources, and methods made by the compiler are functions again', (t) => {
  const stack = [
    'Error: broken at atoll:1/x.ts:1:1',
    '  that is all',
    `    at Object.fib (${place})`,
    `    at async Object.main (${place})`,
    `    at Account.close (${place})`,
    `    at new Account (${place})`,
    `    at Object.<anonymous> (${place})`,
    `    at Object.main [as resume] (${place})`,
    `    at $f2. (${place})`,
    `    at ${place}`,
    '    at Array.map (<anonymous>)',
    '    at Object.readFileSync (node:fs:441:20)',
    '    at Object.elsewhere (/home/someone/file.js:1:2)',
  ]
  t.deepEqual(mapStack(stack.join('\n'), imageOf).split('\n'), [
    ...stack.slice(0, 2),
    '    at fib (src/app.ts:10:3)',
    '    at async main (src/app.ts:10:3)',
    '    at Account.close (src/app.ts:10:3)',
    '    at new Account (src/app.ts:10:3)',
    '    at <anonymous> (src/app.ts:10:3)',
    '    at main (src/app.ts:10:3)',
    '    at src/app.ts:10:3',
    '    at src/app.ts:10:3',
    ...stack.slice(10),
  ])
})

test("an image's real stack is mapped", (t) => {
  const program = new Script(image.code.replace('fail()', 'missing()'), { filename: imageFileName(image) })
  const { fib } = program.runInThisContext() as { fib(n: number): unknown }
  const error = t.throws(() => fib(0), { instanceOf: ReferenceError })
  t.regex(mapStack(error?.stack ?? '', imageOf), /^ReferenceError: .*\n {4}at fib \(src\/app\.ts:10:3\)\n/)
})

test("the runtime's own functions are left out, its tests and other code are not", (t) => {
  const packages = new URL('../../../../', import.meta.url).href
  const kept = [
    `    at a (${packages}kernel/dist/test/x.test.js:1:1)`,
    '    at b (file:///elsewhere/dist/src/b.js:1:1)',
  ]
  const hidden = [
    `    at run (${packages}kernel/dist/src/threads/run.js:30:29)`,
    `    at async ${packages}posix/dist/src/index.js:1:1`,
    '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
    '    at listOnTimeout (node:internal/timers:581:17)',
  ]
  t.is(mapStack(['Error', ...hidden, ...kept].join('\n'), imageOf), ['Error', ...kept].join('\n'))
})

test('places in unknown images and before the first mapping stay as they are', (t) => {
  const other = `    at f (atoll:${'cd'.repeat(32)}/x.ts:2:20)`
  const before = `    at g (${imageFileName(image)}:1:1)`
  t.is(mapStack(`${other}\n${before}`, imageOf), `${other}\n${before}`)
})

test("a suspended stack is written like the engine's, without the kernel's frames", (t) => {
  const code = (name: string, file: string): Code => ({
    id: name,
    name,
    file,
    points: [{ slots: [], names: [], line: 4, column: 7 }],
    resume: () => undefined,
  })
  const main: Frame = { $f: code('main', 'src/app.ts'), $p: 0, $c: null }
  const arrow: Frame = { $f: code('', 'src/lib.ts'), $p: 0, $c: main }
  const wait: Frame = { $f: code('wait', ''), $p: 0, $c: arrow }
  t.deepEqual(frameLines(wait), ['    at <anonymous> (src/lib.ts:4:7)', '    at main (src/app.ts:4:7)'])
  t.deepEqual(frameLines(null), [])
})
