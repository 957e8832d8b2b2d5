import { openProgram } from '../../atoll/atoll-system.js'
import { nsSince } from '../../clock.js'
import type { Row } from '../../row.js'

const AWAITS = 1_000_000

async function increment(n: number): Promise<number> {
  return n + 1
}

/** The program's loop, as the engine runs it. */
async function native(): Promise<number> {
  const start = performance.now()
  let n = 0
  while (n < AWAITS) n = await increment(n)
  return nsSince(start, AWAITS)
}

export const row: Row<'threads/await-ready'> = {
  name: 'threads/await-ready',
  unit: 'ns',
  peer: 'native async call, awaited',
  better: 'lower',
  target: 1 / 10,
  open: async () => {
    const program = await openProgram('threads/await-ready')
    return { value: program.sample, peer: native, close: program.close }
  },
}
