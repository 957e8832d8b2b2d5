/** `npm run bench -- [FILTER…] [--json FILE] [--samples N]`: measures rows beside their peers. */
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseCommandLine, UsageError, type Command } from './command-line.js'
import { legend, tableHead, tableLine } from './report.js'
import type { Result } from './result.js'
import { measureApart, RowFailedError } from './row-process.js'
import { ROW_NAMES } from './rows.js'

/** Others that want the cores make kernels that wait for each other look slow: whoever reads the table should know. */
function describeMachine(): void {
  const [cpu] = cpus()
  const cores = availableParallelism()
  const [load] = loadavg()
  console.log(`Node ${process.versions.node}, ${cores} × ${cpu?.model ?? 'unknown processor'}, load ${load.toFixed(2)}`)
  if (load > cores / 2) console.warn('warning: this machine is busy, and rows that need two cores suffer most')
}

/** Returns the exit status: a missed target is a result, a row that can't be measured is a failure. */
async function bench({ rows, samples, json }: Command): Promise<number> {
  describeMachine()
  console.log(`${samples} samples of each side in turn; medians\n\n${tableHead()}`)
  const results: Result[] = []
  let failed = 0
  for (const name of rows) {
    try {
      const result = await measureApart(name, samples)
      results.push(result)
      console.log(tableLine(result))
    } catch (error) {
      if (!(error instanceof RowFailedError)) throw error
      console.error(error.message)
      failed++
    }
  }
  const missed = results.filter(({ met }) => met === false).length
  console.log(
    `\n${legend(results)}\n\n${results.length} rows measured, ${missed} targets missed, ${failed} rows failed`,
  )
  if (json !== null) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`)
  return failed === 0 ? 0 : 1
}

try {
  process.exitCode = await bench(parseCommandLine(process.argv.slice(2), ROW_NAMES))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
