import { AtollSystem } from '../../atoll/atoll-system.js'
import type { Row } from '../../row.js'

export const row: Row<'memory/false-sharing'> = {
  name: 'memory/false-sharing',
  unit: 'µs',
  peer: 'the same with each word on a page of its own, per round',
  better: 'lower',
  target: 1.5,
  open: async () => {
    const system = await AtollSystem.boot(2)
    const together = await system.start('memory/false-sharing', ['together'])
    const apart = await system.start('memory/false-sharing', ['apart'])
    return {
      value: () => together.sample(),
      peer: () => apart.sample(),
      close: async () => {
        await together.close()
        await apart.close()
        await system.shutdown()
      },
    }
  },
}
