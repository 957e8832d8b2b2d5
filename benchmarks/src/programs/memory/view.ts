import { MAP_ANONYMOUS, MAP_PRIVATE, mmap, PROT_READ, PROT_WRITE, view } from '@atoll/posix'
import { ELEMENTS, sweep, SWEEPS } from '../../workloads/sweep.js'
import { nsSince, takeSamples } from '../samples.js'

export async function main([, channel]: string[]): Promise<void> {
  const address = await mmap(0, 8 * ELEMENTS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS)
  const numbers = await view(address, Float64Array, ELEMENTS, PROT_READ | PROT_WRITE)
  await takeSamples(channel, async () => {
    const start = performance.now()
    for (let i = 0; i < SWEEPS; i++) sweep(numbers)
    return nsSince(start, SWEEPS * ELEMENTS)
  })
}
