import { openProgram } from '../../atoll/atoll-system.js'
import { nsSince } from '../../clock.js'
import type { Row } from '../../row.js'
import { ELEMENTS, sweep, SWEEPS } from '../../workloads/sweep.js'

export const row: Row<'memory/view'> = {
  name: 'memory/view',
  unit: 'ns',
  peer: 'a plain typed array, per element',
  better: 'lower',
  target: 1.05,
  open: async () => {
    const program = await openProgram('memory/view')
    const numbers = new Float64Array(ELEMENTS)
    return {
      value: program.sample,
      peer: async () => {
        const start = performance.now()
        for (let i = 0; i < SWEEPS; i++) sweep(numbers)
        return nsSince(start, SWEEPS * ELEMENTS)
      },
      close: program.close,
    }
  },
}
