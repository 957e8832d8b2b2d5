/**
 * All checks: lint, formatting, types, the docs build, then the tests. Each static check counts as one, each test as one;
 * the last line is `N passed, N failed`.
 *
 * `--tests-only`, or ATOLL_TESTS_ONLY=1, leaves the static checks out: they don't depend on the version of Node. Other
 * arguments are AVA's, e.g. a file.
 */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { runAva } from './ava.mjs'

const STATIC_CHECKS = [
  ['lint', 'node_modules/eslint/bin/eslint.js', '.'],
  ['formatting', 'node_modules/prettier/bin/prettier.cjs', '--check', '.'],
  ['types', 'node_modules/typescript/bin/tsc', '-b'],
  ['docs', 'node_modules/typedoc/bin/typedoc', '--logLevel', 'Warn'],
]

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const args = process.argv.slice(2)
const testsOnly = args.includes('--tests-only') || process.env.ATOLL_TESTS_ONLY === '1'

const outcomes = (testsOnly ? [] : STATIC_CHECKS).map(([name, ...command]) => check(name, command))
console.log(`== tests (Node ${process.versions.node})`)
const { passed, failed } = await runAva({ args: args.filter((arg) => arg !== '--tests-only') })

for (const { name } of outcomes.filter(({ ok }) => !ok)) console.log(`failed check: ${name}`)
const goodChecks = outcomes.filter(({ ok }) => ok).length
const badChecks = outcomes.length - goodChecks
console.log(`${passed + goodChecks} passed, ${failed + badChecks} failed`)
process.exitCode = failed + badChecks === 0 ? 0 : 1

function check(name, command) {
  console.log(`== ${name}`)
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' })
  return { name, ok: status === 0 }
}
