import { openProgram } from '../../atoll/atoll-system.js'
import { MessagePair } from '../../peers/message-pair.js'
import type { Row } from '../../row.js'

const ROUND_TRIPS = 1000

export const row: Row<'memory/ping-pong'> = {
  name: 'memory/ping-pong',
  unit: 'µs',
  peer: 'postMessage round trip between two workers',
  better: 'lower',
  target: 1 / 5,
  open: async () => {
    const program = await openProgram('memory/ping-pong')
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
