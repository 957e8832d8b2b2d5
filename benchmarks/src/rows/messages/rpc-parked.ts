import { MessagePair } from '../../peers/message-pair.js'
import { RingPair } from '../../rings/ring-pair.js'
import type { Row } from '../../row.js'

const ROUND_TRIPS = 1000

export const row: Row<'messages/rpc-parked'> = {
  name: 'messages/rpc-parked',
  unit: 'µs',
  peer: 'postMessage round trip between two workers',
  better: 'lower',
  target: 1.1,
  open: async () => {
    const [rings, messages] = [await RingPair.open(), await MessagePair.open()]
    return {
      value: async () => ((await rings.run('parked', ROUND_TRIPS)) * 1000) / ROUND_TRIPS,
      peer: () => messages.roundTripUs(ROUND_TRIPS),
      close: async () => {
        await rings.close()
        await messages.close()
      },
    }
  },
}
