import { openProgram } from '../../atoll/atoll-system.js'
import { plainLoopNs } from '../../peers/plain-loop.js'
import type { Row } from '../../row.js'

export const row: Row<'threads/loop-preempted'> = {
  name: 'threads/loop-preempted',
  unit: 'ns',
  peer: 'the same loop in a plain function, per turn',
  better: 'lower',
  target: 1.3,
  open: async () => {
    const program = await openProgram('threads/loop-preempted')
    return { value: program.sample, peer: plainLoopNs, close: program.close }
  },
}
