import { readFile } from 'node:fs/promises'

/** Prints how long its argument's file is. */
export async function main(argv: string[]): Promise<number> {
  const text = await readFile(argv[1] ?? '', 'utf8')
  console.log(text.length)
  return 0
}
