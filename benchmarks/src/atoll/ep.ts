import type { AtollSystem } from './atoll-system.js'

/** The problem size of the rows `npb/ep-*`. */
export const CLASS = 'S'

/**
 * Runs the sample EP on `threads` threads, and returns the time of its timed section, in seconds.
 *
 * @throws ProgramFailedError if it does not verify.
 */
export async function epSeconds(system: AtollSystem, threads: number): Promise<number> {
  const output = await system.run('samples/npb/ep.ts', [CLASS, String(threads)])
  const seconds = /Time in seconds\s+=\s+([\d.]+)/.exec(output)?.[1]
  if (seconds === undefined) throw new Error(`EP printed no time:\n${output}`)
  return Number(seconds)
}
