/* eslint-disable no-console -- a program's console is its output */

/** Prints what it was given, and ends with the status that it was told. */
export async function main(argv: string[], env: Record<string, string>): Promise<number> {
  const [, status, ...rest] = argv
  console.log(`to stdout: ${rest.join(' ')}`)
  console.error(`to stderr: ${env['GREETING'] ?? ''}`)
  return Number(status)
}
