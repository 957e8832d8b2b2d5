import { PosixError } from '@atoll/posix'

/** What a call of the API throws: the call, code and number of the error. */
export async function refusal(attempt: () => unknown): Promise<string> {
  try {
    await attempt()
  } catch (error) {
    if (!(error instanceof PosixError)) return `not a PosixError: ${String(error)}`
    const { syscall, code, errno, name, message } = error
    const isPlain = name === 'PosixError' && message.startsWith(`${syscall}: ${code}: `)
    return isPlain ? `${syscall} ${code} ${errno}` : `oddly named: ${name}: ${message}`
  }
  return 'nothing was thrown'
}
