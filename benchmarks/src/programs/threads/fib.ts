import { takeSamples } from '../samples.js'

const N = 24
const CALLS = 20

async function fib(n: number): Promise<number> {
  return n < 2 ? n : (await fib(n - 1)) + (await fib(n - 2))
}

async function sample(): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < CALLS; i++) await fib(N)
  return (performance.now() - start) / CALLS
}

export async function main([, channel]: string[]): Promise<void> {
  await takeSamples(channel, sample)
}
