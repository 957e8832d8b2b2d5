import { problemSize } from '@atoll/samples/npb/ep-result.js'
import { sabEp } from '@atoll/samples/npb/sab/ep.js'
import { AtollSystem } from '../../atoll/atoll-system.js'
import { CLASS, epSeconds } from '../../atoll/ep.js'
import type { Row } from '../../row.js'

export const row: Row<'npb/ep-sab'> = {
  name: 'npb/ep-sab',
  unit: 's',
  peer: 'two worker threads on SharedArrayBuffer and Atomics',
  better: 'lower',
  target: 1.1,
  open: async () => {
    const system = await AtollSystem.boot(2)
    return {
      value: () => epSeconds(system, 2),
      peer: async () => (await sabEp(problemSize(CLASS))).seconds,
      close: () => system.shutdown(),
    }
  },
}
