import { MessagePair } from '../../peers/message-pair.js'
import { RingPair } from '../../rings/ring-pair.js'
import type { Row } from '../../row.js'

const MESSAGES = 1_000_000
const PEER_MESSAGES = 20_000

export const row: Row<'messages/stream'> = {
  name: 'messages/stream',
  unit: 'M/s',
  peer: 'postMessage of an object with the same fields',
  better: 'higher',
  target: 20,
  open: async () => {
    const [rings, messages] = [await RingPair.open(), await MessagePair.open()]
    return {
      value: async () => MESSAGES / (await rings.run('stream', MESSAGES)) / 1000,
      peer: async () => (await messages.messagesPerSecond(PEER_MESSAGES)) / 1e6,
      close: async () => {
        await rings.close()
        await messages.close()
      },
    }
  },
}
