/**
 * Long fuzzing and simulation within a budget: the tests that take the size of their search from the environment run
 * again and again, each round with twice the cases and seeds of the one before, until the next would not fit any more.
 *
 * - ATOLL_SOAK_SECONDS: the budget (600 by default). The first round runs to its end in any case.
 * - ATOLL_FUZZ_RUNS: random cases per property in the first round (1000 by default).
 * - ATOLL_SIM_SEEDS: simulated schedules per scenario in the first round (1000 by default).
 */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runAva } from './ava.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const budgetSeconds = positive('ATOLL_SOAK_SECONDS', 600)
const fuzzRuns = positive('ATOLL_FUZZ_RUNS', 1000)
const simSeeds = positive('ATOLL_SIM_SEEDS', 1000)

const files = searchingTests()
if (files.length === 0) throw new Error('no test reads ATOLL_FUZZ_RUNS or ATOLL_SIM_SEEDS: is everything built?')

const total = { passed: 0, failed: 0 }
const start = performance.now()
let lastRoundSeconds = 0
for (let scale = 1; scale === 1 || elapsedSeconds() + 2 * lastRoundSeconds < budgetSeconds; scale *= 2) {
  const roundStart = elapsedSeconds()
  const env = { ATOLL_FUZZ_RUNS: String(fuzzRuns * scale), ATOLL_SIM_SEEDS: String(simSeeds * scale) }
  console.log(`== soak: ${env.ATOLL_FUZZ_RUNS} cases per property, ${env.ATOLL_SIM_SEEDS} seeds per scenario`)
  // A long search is no hanging test: AVA's own timeout makes way for the budget's.
  const { passed, failed } = await runAva({ args: [`--timeout=${Math.max(budgetSeconds, 600)}s`, ...files], env })
  total.passed += passed
  total.failed += failed
  lastRoundSeconds = elapsedSeconds() - roundStart
  if (failed > 0) break
}
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1

/** The test files of every folder in which some file reads the size of its search from the environment. */
function searchingTests() {
  const built = readdirSync('packages').flatMap((name) => builtTests(join('packages', name, 'dist', 'test')))
  const folders = new Set(built.filter(isSearching).map(dirname))
  return built.filter((file) => file.endsWith('.test.js') && folders.has(dirname(file)))
}

function builtTests(folder) {
  try {
    const names = readdirSync(folder, { recursive: true })
    return names.filter((name) => name.endsWith('.js')).map((name) => join(folder, name))
  } catch (error) {
    if (error.code === 'ENOENT') return [] // a package without tests
    throw error
  }
}

function isSearching(file) {
  return /\bATOLL_(FUZZ_RUNS|SIM_SEEDS)\b/.test(readFileSync(file, 'utf8'))
}

function elapsedSeconds() {
  return (performance.now() - start) / 1000
}

function positive(variable, fallback) {
  const value = Number(process.env[variable] ?? fallback)
  if (value > 0) return value
  throw new Error(`${variable} is '${process.env[variable]}': give a number above 0`)
}
