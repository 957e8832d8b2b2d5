import { problemSize } from '@atoll/samples/npb/ep-result.js'
import { plainEp } from '@atoll/samples/npb/plain/ep.js'
import { AtollSystem } from '../../atoll/atoll-system.js'
import { CLASS, epSeconds } from '../../atoll/ep.js'
import type { Row } from '../../row.js'

export const row: Row<'npb/ep-1'> = {
  name: 'npb/ep-1',
  unit: 's',
  peer: 'plain single-threaded TypeScript',
  better: 'lower',
  target: 1.1,
  open: async () => {
    const system = await AtollSystem.boot(1)
    return {
      value: () => epSeconds(system, 1),
      peer: async () => plainEp(problemSize(CLASS)).seconds,
      close: () => system.shutdown(),
    }
  },
}
