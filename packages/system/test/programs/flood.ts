const LINE = 'x'.repeat(100_000 - 1)

function plain(lines: number): void {
  for (let line = 0; line < lines; line++) console.log(LINE)
}

async function resumable(lines: number): Promise<void> {
  for (let line = 0; line < lines; line++) console.log(LINE)
}

/** argv[1]: the kind of function that prints; argv[2]: how many lines of 100,000 bytes. */
export async function main([, kind, lines]: string[]): Promise<number> {
  if (kind === 'plain') plain(Number(lines))
  else await resumable(Number(lines))
  console.log('end')
  return 0
}
