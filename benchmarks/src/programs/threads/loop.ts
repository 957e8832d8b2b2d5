import { numericLoop, TURNS } from '../../workloads/numeric-loop.js'
import { nsSince, takeSamples } from '../samples.js'

async function resumableLoop(turns: number): Promise<number> {
  let sum = 0
  for (let i = 0; i < turns; i++) sum = (sum + (i ^ (i >>> 3))) | 0
  return sum
}

async function sample(): Promise<number> {
  const start = performance.now()
  const sum = await resumableLoop(TURNS)
  const ns = nsSince(start, TURNS)
  if (sum !== numericLoop(TURNS)) throw new Error('the resumable loop has another result than the plain one')
  return ns
}

export async function main([, channel]: string[]): Promise<void> {
  await takeSamples(channel, sample)
}
