import { AtollSystem } from '../../atoll/atoll-system.js'
import { epSeconds } from '../../atoll/ep.js'
import type { Row } from '../../row.js'

export const row: Row<'npb/ep-2'> = {
  name: 'npb/ep-2',
  unit: 's',
  peer: 'the same program on one kernel',
  better: 'lower',
  target: 0.55,
  open: async () => {
    const [two, one] = [await AtollSystem.boot(2), await AtollSystem.boot(1)]
    return {
      value: () => epSeconds(two, 2),
      peer: () => epSeconds(one, 1),
      close: async () => {
        await two.shutdown()
        await one.shutdown()
      },
    }
  },
}
