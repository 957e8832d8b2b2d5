import { spawn, type ChildProcess } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../bin/atoll.js', import.meta.url))

/** Where the tests' programs are; the command runs there. */
export const PROGRAMS = fileURLToPath(new URL('../../test/programs/', import.meta.url))

/** How a command ended, and what it wrote. */
export interface Outcome {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts `atoll` with these arguments. */
export const begin = (...argv: string[]): ChildProcess =>
  spawn(process.execPath, [BIN, ...argv], { cwd: PROGRAMS, env: { ...process.env, GREETING: 'hello' } })

/** Waits for a command's end. */
export async function outcome(command: ChildProcess): Promise<Outcome> {
  const ended = new Promise<Pick<Outcome, 'status' | 'signal'>>((resolve) => {
    command.on('close', (status, signal) => resolve({ status, signal }))
  })
  const [stdout, stderr, end] = await Promise.all([text(command.stdout!), text(command.stderr!), ended])
  return { stdout, stderr, ...end }
}

/** Runs `atoll` with these arguments. */
export const atoll = (...argv: string[]): Promise<Outcome> => outcome(begin(...argv))
