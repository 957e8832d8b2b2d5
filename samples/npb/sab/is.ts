/** IS on two plain worker threads that share a `SharedArrayBuffer`: what people write today. */

import { fileURLToPath } from 'node:url'
import { IsLayout } from '../is-layout.js'
import { concludeIs, type IsFindings, isReport, type IsResult, type IsSize, isSize } from '../is-result.js'
import { runWorkers, WORKERS } from './team.js'

/** Runs IS of `size` on two worker threads. */
export async function sabIs(size: IsSize): Promise<IsResult> {
  const { bytes } = new IsLayout(size, WORKERS)
  return concludeIs(size, await runWorkers<IsFindings>(new URL('./is-worker.js', import.meta.url), size.name, bytes))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = isSize(process.argv[2] ?? 'S')
  const result = await sabIs(size)
  console.log(isReport(size, result, WORKERS))
  process.exitCode = result.verified ? 0 : 1
}
