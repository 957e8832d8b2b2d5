import { openProgram } from '../../atoll/atoll-system.js'
import { nsSince } from '../../clock.js'
import type { Row } from '../../row.js'
import { ELEMENTS, sum, SWEEPS } from '../../workloads/sweep.js'

export const row: Row<'memory/scalar-hit'> = {
  name: 'memory/scalar-hit',
  unit: 'ns',
  peer: 'reading a plain typed array',
  better: 'lower',
  target: 8,
  open: async () => {
    const program = await openProgram('memory/scalar-hit')
    const numbers = new Int32Array(ELEMENTS).fill(1)
    return {
      value: program.sample,
      peer: async () => {
        const start = performance.now()
        let total = 0
        for (let i = 0; i < SWEEPS; i++) total += sum(numbers)
        if (total !== SWEEPS * ELEMENTS) throw new Error('the sum is wrong') // or the engine might drop it
        return nsSince(start, SWEEPS * ELEMENTS)
      },
      close: program.close,
    }
  },
}
