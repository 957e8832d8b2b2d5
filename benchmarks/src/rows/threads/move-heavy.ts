import { openProgram } from '../../atoll/atoll-system.js'
import { usSince } from '../../clock.js'
import type { Row } from '../../row.js'
import { heavyData } from '../../workloads/heavy-data.js'

const ROUNDS = 1000
/** Twice each way. */
const CLONES_PER_ROUND = 4

/** Clones keep neither functions nor prototypes; the thread has both. */
async function structuredClones(): Promise<number> {
  const data = heavyData()
  const start = performance.now()
  for (let i = 0; i < ROUNDS * CLONES_PER_ROUND; i++) structuredClone(data)
  return usSince(start, ROUNDS)
}

export const row: Row<'threads/move-heavy'> = {
  name: 'threads/move-heavy',
  unit: 'µs',
  peer: 'structuredClone of the same data without functions, twice each way',
  better: 'lower',
  target: 2,
  open: async () => {
    const program = await openProgram('threads/move-heavy')
    return { value: program.sample, peer: structuredClones, close: program.close }
  },
}
