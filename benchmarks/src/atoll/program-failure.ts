import type { Child } from '@atoll/system'
import { text } from 'node:stream/consumers'

/** Thrown when a program that is measured fails. */
export class ProgramFailedError extends Error {
  constructor(how: string, explanation: string) {
    super(`a measured program ended with ${how}: ${explanation}`)
    this.name = 'ProgramFailedError'
  }
}

/**
 * Waits until the process has ended well. Its standard output must flow.
 *
 * @throws ProgramFailedError
 */
export async function succeed(child: Child): Promise<void> {
  const errors = text(child.stderr)
  const { status, signal, reason } = await child.wait()
  if (status !== 0 || signal !== null)
    throw new ProgramFailedError(signal ?? `status ${status}`, reason + (await errors))
}
