import { load_i32, MAP_ANONYMOUS, MAP_PRIVATE, mmap, PROT_READ, PROT_WRITE } from '@atoll/posix'
import { ELEMENTS, SWEEPS } from '../../workloads/sweep.js'
import { nsSince, takeSamples } from '../samples.js'

async function total(address: number): Promise<number> {
  let total = 0
  for (let i = 0; i < ELEMENTS; i++) total = (total + (await load_i32(address + 4 * i))) | 0
  return total
}

export async function main([, channel]: string[]): Promise<void> {
  const address = await mmap(0, 4 * ELEMENTS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS)
  await takeSamples(channel, async () => {
    const start = performance.now()
    for (let i = 0; i < SWEEPS / 4; i++) await total(address)
    return nsSince(start, (SWEEPS / 4) * ELEMENTS)
  })
}
