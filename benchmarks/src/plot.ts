/** `npm run bench:plot [-- FILE]`: draws a chart per group of rows from the results that `npm run bench -- --json FILE` wrote. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chart } from './chart.js'
import type { Result } from './result.js'

const FOLDER = new URL('../../../docs/benchmarks/', import.meta.url)
const file = process.argv[2] ?? fileURLToPath(new URL('results.json', FOLDER))

const results = JSON.parse(readFileSync(file, 'utf8')) as readonly Result[]
mkdirSync(FOLDER, { recursive: true })
for (const [group, rows] of groups(results)) {
  const path = fileURLToPath(new URL(`${group}.svg`, FOLDER))
  writeFileSync(path, chart(group, rows))
  console.log(`${relative(process.cwd(), path)}: ${rows.map(({ name }) => name).join(', ')}`)
}

/** Rows by what is before the slash in their names. */
function groups(all: readonly Result[]): Map<string, Result[]> {
  const byGroup = new Map<string, Result[]>()
  for (const result of all) {
    const [group] = result.name.split('/')
    byGroup.set(group, [...(byGroup.get(group) ?? []), result])
  }
  return byGroup
}
