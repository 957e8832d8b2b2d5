import { nsSince, takeSamples } from '../samples.js'

const AWAITS = 1_000_000

async function increment(n: number): Promise<number> {
  return n + 1
}

async function sample(): Promise<number> {
  const start = performance.now()
  let n = 0
  while (n < AWAITS) n = await increment(n)
  return nsSince(start, AWAITS)
}

export async function main([, channel]: string[]): Promise<void> {
  await takeSamples(channel, sample)
}
