function crunches(ms: number): number {
  const end = Date.now() + ms
  let turns = 0
  while (Date.now() < end) turns++
  return turns
}

async function computes(ms: number): Promise<void> {
  crunches(ms)
}

export async function main(argv: string[]): Promise<void> {
  await computes(Number(argv[1]))
}
