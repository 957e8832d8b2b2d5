import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Result } from './result.js'
import type { RowName } from './row.js'

/** Thrown when the process that measures a row ends without a result. What went wrong is on the standard error. */
export class RowFailedError extends Error {
  constructor(name: RowName, how: string) {
    super(`${name} could not be measured: its process ended with ${how}; see its messages above`)
    this.name = 'RowFailedError'
  }
}

/**
 * Measures a row in a process of its own: a heap, a code cache and type feedback that no other row has touched.
 *
 * @throws RowFailedError
 */
export async function measureApart(name: RowName, samples: number): Promise<Result> {
  const child = fork(new URL('./row-main.js', import.meta.url), [name, String(samples)], { execArgv: ['--expose-gc'] })
  let result: Result | null = null
  child.on('message', (message) => {
    result = message as Result
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  if (result === null || code !== 0) throw new RowFailedError(name, signal ?? `exit code ${code ?? 'unknown'}`)
  return result
}
