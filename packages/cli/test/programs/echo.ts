/** Prints its arguments and the environment's greeting; ends with the status in its first argument. */
export async function main(argv: string[], env: Record<string, string>): Promise<number> {
  console.log(JSON.stringify(argv.slice(1)), env['GREETING'])
  console.error('done')
  return Number(argv[1] ?? 0)
}
