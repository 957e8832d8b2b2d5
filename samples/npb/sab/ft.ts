/** FT on two plain worker threads that share a `SharedArrayBuffer`: what people write today. */

import { fileURLToPath } from 'node:url'
import { FtLayout } from '../ft-layout.js'
import { concludeFt, type FtFindings, ftReport, type FtResult, type FtSize, ftSize } from '../ft-result.js'
import { runWorkers, WORKERS } from './team.js'

/** Runs FT of `size` on two worker threads. */
export async function sabFt(size: FtSize): Promise<FtResult> {
  const { bytes } = new FtLayout(size, WORKERS)
  return concludeFt(size, await runWorkers<FtFindings>(new URL('./ft-worker.js', import.meta.url), size.name, bytes))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = ftSize(process.argv[2] ?? 'S')
  const result = await sabFt(size)
  console.log(ftReport(size, result, WORKERS))
  process.exitCode = result.verified ? 0 : 1
}
