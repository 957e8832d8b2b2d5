import { Placement, WorkStealing } from '@atoll/system'
import { AtollSystem } from '../../atoll/atoll-system.js'
import type { Row } from '../../row.js'

const PROGRAM = 'threads/skewed'

export const row: Row<'threads/skewed'> = {
  name: 'threads/skewed',
  unit: 'ms',
  peer: 'the ideal: half of what one kernel takes',
  better: 'lower',
  target: 1.2,
  open: async () => {
    const system = await AtollSystem.boot(2, (container) => {
      container.register(Placement, { useClass: WorkStealing })
    })
    const two = await system.start(PROGRAM, ['2'])
    const one = await system.start(PROGRAM, ['1'])
    return {
      value: () => two.sample(),
      peer: async () => (await one.sample()) / 2,
      close: async () => {
        await two.close()
        await one.close()
        await system.shutdown()
      },
    }
  },
}
