import { PosixError } from '@atoll/posix'

/** A statement of POSIX (or of Linux, where POSIX is silent), `function: what holds`, and a check that throws if it does not. */
export type Statements = Readonly<Record<string, () => Promise<void>>>

/** Checks the statement that is named, or all, and prints what came out. Returns the program's status. */
export async function check(statements: Statements, [, name]: string[]): Promise<number> {
  let failed = 0
  for (const [statement, holds] of Object.entries(statements)) {
    if (name !== undefined && name !== statement) continue
    try {
      await holds()
      console.log(`${statement}: holds`)
    } catch (error) {
      console.log(`${statement}: does not hold: ${error instanceof Error ? error.message : String(error)}`)
      failed++
    }
  }
  return failed === 0 ? 0 : 1
}

/** Throws unless both are the same. */
export function equal(actual: unknown, expected: unknown): void {
  if (!Object.is(actual, expected)) throw new Error(`${String(actual)} instead of ${String(expected)}`)
}

/** Throws unless the call is refused with this code. */
export async function refused(code: string, call: () => unknown): Promise<void> {
  try {
    await call()
  } catch (error) {
    if (error instanceof PosixError && error.code === code && error.message.includes(`: ${code}: `)) return
    throw error
  }
  throw new Error(`not refused with ${code}`)
}

/** Throws unless the access is refused by this signal. */
export async function faults(signal: string, access: () => Promise<unknown>): Promise<void> {
  try {
    await access()
  } catch (error) {
    const { code, signal: raised } = error as { code?: string; signal?: string }
    equal(`${code} by ${raised}`, `EFAULT by ${signal}`)
    return
  }
  throw new Error('not refused')
}
