import test from 'ava'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chart } from '../src/chart.js'
import type { Result } from '../src/result.js'

const main = fileURLToPath(new URL('../src/main.js', import.meta.url))
const run = promisify(execFile)

test('the command measures the rows that are asked for, and writes them as JSON', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true })
  })
  const json = join(folder, 'results.json')
  const args = [main, 'threads/fib', 'threads/await-ready', '--samples', '1', '--json', json]
  const { stdout } = await run(process.execPath, args)

  const results = JSON.parse(readFileSync(json, 'utf8')) as Result[]
  t.deepEqual(
    results.map(({ name }) => name),
    ['threads/await-ready', 'threads/fib'],
  )
  for (const result of results) {
    const keys = 'name unit value peer peerValue ratio better target met samples'.split(' ')
    t.deepEqual(Object.keys(result), keys)
    t.true(result.value > 0 && result.peerValue > 0)
    t.is(result.ratio, result.value / result.peerValue)
    t.is(result.met, result.ratio <= (result.target ?? NaN))
    t.deepEqual(result.samples, [{ value: result.value, peerValue: result.peerValue }])
    t.regex(stdout, new RegExp(`^${result.name} `, 'm'))
  }
  const svg = chart('threads', results)
  for (const { name } of results) t.true(svg.includes(`>${name}</text>`))
})

const refusals: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['a filter that no row has in its name', ['threads/nonsense'], /no row has 'threads\/nonsense' in its name/],
  ['no samples', ['--samples', '0'], /--samples 0: give a whole number of at least 1/],
  ['an option that there is not', ['--fast'], /Unknown option '--fast'/],
]
for (const [what, args, message] of refusals) {
  test(`the command refuses ${what}`, async (t) => {
    const error = await t.throwsAsync<Error & { code: number; stderr: string }>(run(process.execPath, [main, ...args]))
    t.is(error?.code, 2)
    t.regex(error?.stderr ?? '', message)
  })
}
