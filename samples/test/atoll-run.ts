import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ATOLL = fileURLToPath(new URL('../../../packages/cli/bin/atoll.js', import.meta.url))

/** Runs a sample, named relative to `samples`, by the command, as a user does. */
export function atollRun(
  program: string,
  options: readonly string[],
  args: readonly string[],
): Promise<{ status: number; output: string }> {
  const path = fileURLToPath(new URL(`../../${program}`, import.meta.url))
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [ATOLL, 'run', ...options, path, ...args], (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(new Error(`${ATOLL} did not run`, { cause: error }))
      else resolve({ status: Number(error?.code ?? 0), output: stdout + stderr })
    })
  })
}

/** The kernels that each thread ran on, by the program's own account. */
export const routesIn = (output: string): number[][] =>
  [...output.matchAll(/^ Thread \d+ ran on kernels (.*)$/gm)].map(([, route]) => route.split(' → ').map(Number))
