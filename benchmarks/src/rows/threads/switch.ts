import { openProgram } from '../../atoll/atoll-system.js'
import { nsSince } from '../../clock.js'
import type { Row } from '../../row.js'

const AWAITS = 200_000

async function awaitOften(times: number): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/await-thenable -- to give way to the other is the purpose
  for (let i = 0; i < times; i++) await null
}

/** Two async functions that take turns. */
async function native(): Promise<number> {
  const start = performance.now()
  await Promise.all([awaitOften(AWAITS), awaitOften(AWAITS)])
  return nsSince(start, 2 * AWAITS)
}

export const row: Row<'threads/switch'> = {
  name: 'threads/switch',
  unit: 'ns',
  peer: 'native await null, two functions in turn',
  better: 'lower',
  target: 2,
  open: async () => {
    const program = await openProgram('threads/switch')
    return { value: program.sample, peer: native, close: program.close }
  },
}
