/** MG on two plain worker threads that share a `SharedArrayBuffer`: what people write today. */

import { fileURLToPath } from 'node:url'
import { MgLayout } from '../mg-layout.js'
import { concludeMg, type MgFindings, mgReport, type MgResult, type MgSize, mgSize } from '../mg-result.js'
import { runWorkers, WORKERS } from './team.js'

/** Runs MG of `size` on two worker threads. */
export async function sabMg(size: MgSize): Promise<MgResult> {
  const { bytes } = new MgLayout(size, WORKERS)
  return concludeMg(size, await runWorkers<MgFindings>(new URL('./mg-worker.js', import.meta.url), size.name, bytes))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = mgSize(process.argv[2] ?? 'S')
  const result = await sabMg(size)
  console.log(mgReport(size, result, WORKERS))
  process.exitCode = result.verified ? 0 : 1
}
