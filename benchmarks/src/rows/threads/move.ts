import { openProgram } from '../../atoll/atoll-system.js'
import { MessagePair } from '../../peers/message-pair.js'
import type { Row } from '../../row.js'

const ROUND_TRIPS = 1000

export const row: Row<'threads/move'> = {
  name: 'threads/move',
  unit: 'µs',
  peer: 'postMessage round trip between two workers',
  better: 'lower',
  target: 1 / 3,
  open: async () => {
    const program = await openProgram('threads/move')
    const pair = await MessagePair.open()
    return {
      value: program.sample,
      peer: () => pair.roundTripUs(ROUND_TRIPS),
      close: async () => {
        await program.close()
        await pair.close()
      },
    }
  },
}
