import { fileURLToPath } from 'node:url'
import test from 'ava'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { below } from './layers.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

// The snippets are files that don't exist, so they have no types: of the typed rules only the settings are tested.
const eslint = new ESLint({
  cwd: ROOT,
  overrideConfig: [{ ...tseslint.configs.disableTypeChecked, files: ['**/*.ts'] }],
})

/** What the repository's own configuration says about `code` at `filePath`: `rule: message` for each finding. */
async function findings(code, filePath) {
  const [result] = await eslint.lintText(`${code}\n`, { filePath })
  return result.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)
}

const refuses = test.macro(async (t, { code, file, rule, names }) => {
  const found = await findings(code, file)
  t.true(
    found.some((finding) => finding.startsWith(`${rule}: `) && finding.includes(names)),
    `expected ${rule} to name ${names}, got:\n${found.join('\n')}`,
  )
})

const accepts = test.macro(async (t, { code, file, rules }) => {
  const found = await findings(code, file)
  t.deepEqual(
    found.filter((finding) => rules.some((rule) => finding.startsWith(`${rule}: `))),
    [],
  )
})

const IMPORTS = 'atoll/package-imports'
const IMPORT_BAN = '@typescript-eslint/no-restricted-imports'
const KERNEL = 'packages/kernel/src/example.ts'

for (const [title, code, file, names] of [
  ['an import of a package above', "import '@atoll/posix'", KERNEL, "must not import 'posix'"],
  [
    'an import of the compiler by what kernels load',
    "import '@atoll/compiler'",
    'packages/posix/src/a.ts',
    "'compiler'",
  ],
  ['an import between two services', "import '@atoll/sync'", 'packages/signals/src/a.ts', "must not import 'sync'"],
  ['a re-export of a package above', "export * from '@atoll/system'", KERNEL, "must not import 'system'"],
  ['a named re-export of a package above', "export { a } from '@atoll/system'", KERNEL, "must not import 'system'"],
  ['a dynamic import of a package above', "await import('@atoll/system')", KERNEL, "must not import 'system'"],
  ['an import type of a package above', "export type A = import('@atoll/cli').A", KERNEL, "must not import 'cli'"],
  ['a test that imports a package above', "import '@atoll/system'", 'packages/kernel/test/a.test.ts', "'system'"],
  ['a file of another package', "import '@atoll/messaging/dist/src/link.js'", KERNEL, 'is a private file'],
  ['a relative path into another package', "import '../../messaging/src/link.js'", KERNEL, 'is a private file'],
  ['a relative path into a package above', "import '../../posix/src/index.js'", KERNEL, "must not import 'posix'"],
  ['a package nobody knows', "import '@atoll/magic'", KERNEL, "'magic' is not a package"],
  ['a dependency that is not declared', "import '@babel/core'", KERNEL, "'@babel/core' is not declared in packages"],
  ['a development dependency in sources', "import 'fast-check'", KERNEL, "'fast-check' is not declared"],
]) {
  test(`${title} is refused`, refuses, { code, file, rule: IMPORTS, names })
}

for (const [title, code, file] of [
  ['the public entry of a package below', "import '@atoll/messaging'", KERNEL],
  ['a public entry of a package far below', "import '@atoll/messaging'", 'packages/system/src/a.ts'],
  ["the package's own files", "import './frames/frame.js'", KERNEL],
  ['a module of Node', "import 'node:fs'", KERNEL],
  ['a declared dependency, subpath included', "import 'eventemitter3/umd'", KERNEL],
  ['a development dependency in a test', "import 'fast-check'", 'packages/kernel/test/a.test.ts'],
]) {
  test(`importing ${title} is accepted`, accepts, { code, file, rules: [IMPORTS] })
}

for (const [title, code, rule, names] of [
  ['Date.now', 'Date.now()', 'no-restricted-properties', "'Date.now'"],
  ['the current date', 'new Date()', 'no-restricted-syntax', 'Clock'],
  ['the current date as a string', 'Date()', 'no-restricted-syntax', 'Clock'],
  ['performance.now', 'performance.now()', 'no-restricted-globals', "'performance'"],
  ['setTimeout', 'setTimeout(() => {}, 1)', 'no-restricted-globals', "'setTimeout'"],
  ['setInterval', 'setInterval(() => {}, 1)', 'no-restricted-globals', "'setInterval'"],
  ['setImmediate', 'setImmediate(() => {})', 'no-restricted-globals', "'setImmediate'"],
  ['a timer of the global object', 'globalThis.setTimeout(() => {}, 1)', 'no-restricted-globals', "'setTimeout'"],
  ['process.hrtime', 'process.hrtime.bigint()', 'no-restricted-properties', "'process.hrtime'"],
  ['Math.random', 'Math.random()', 'no-restricted-properties', "'Math.random'"],
  ['an imported clock', "import { performance } from 'node:perf_hooks'", IMPORT_BAN, "'performance'"],
  ['an imported timer', "import { setTimeout } from 'timers/promises'", IMPORT_BAN, "'timers/promises'"],
  ['imported chance', "import { randomUUID } from 'node:crypto'", IMPORT_BAN, "'randomUUID'"],
]) {
  test(`${title} is refused in the sources of a package`, refuses, { code, file: KERNEL, rule, names })
}

const AMBIENT_RULES = ['no-restricted-globals', 'no-restricted-properties', 'no-restricted-syntax', IMPORT_BAN]

test('a date made from a number is no ambient time', accepts, {
  code: 'export const epoch = new Date(0)',
  file: KERNEL,
  rules: AMBIENT_RULES,
})

test('the host clock, tests and benchmarks may read the time', async (t) => {
  for (const file of ['packages/kernel/src/ports/clock.ts', 'packages/kernel/test/a.test.ts', 'benchmarks/src/a.ts']) {
    const found = await findings('export const now = Date.now() + performance.now() + Math.random()', file)
    t.deepEqual(
      found.filter((finding) => AMBIENT_RULES.some((rule) => finding.startsWith(rule))),
      [],
      file,
    )
  }
})

test('what travels between kernels is checked with types: no floating promise, no any, no open switch', async (t) => {
  const { rules } = await new ESLint({ cwd: ROOT }).calculateConfigForFile(KERNEL)
  for (const rule of [
    'no-explicit-any',
    'no-floating-promises',
    'no-misused-promises',
    'no-non-null-assertion',
    'no-unsafe-argument',
    'no-unsafe-assignment',
    'switch-exhaustiveness-check',
  ]) {
    t.is(rules[`@typescript-eslint/${rule}`][0], 2, rule)
  }
})

for (const [title, comment, names] of [
  ['without a reason', '// eslint-disable-next-line no-console', 'gives no reason'],
  ['with an empty reason', '/* eslint-disable no-console -- */', 'gives no reason'],
  ['of every rule', '// eslint-disable-next-line -- because', 'covers every rule'],
]) {
  const code = `${comment}\nconsole.log(1)`
  test(`an exception ${title} is refused`, refuses, { code, file: KERNEL, rule: 'atoll/disable-with-reason', names })
}

test('an exception that names its rule and its reason is accepted', accepts, {
  code: '// eslint-disable-next-line no-console -- the last words of a kernel\nconsole.log(1)',
  file: KERNEL,
  rules: ['atoll/disable-with-reason', 'no-console'],
})

test('no package lies below itself', (t) => {
  for (const name of below('benchmarks')) t.false(below(name).has(name), name)
})
