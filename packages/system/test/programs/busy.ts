function crunches(ms: number): number {
  const end = Date.now() + ms
  let turns = 0
  while (Date.now() < end) turns++
  return turns
}

async function computes(): Promise<void> {
  for (let i = 0; i < 2; i++) crunches(1200)
}

export async function main(): Promise<void> {
  await computes()
}
