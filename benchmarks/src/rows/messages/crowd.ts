import { availableParallelism } from 'node:os'
import { MessagePair } from '../../peers/message-pair.js'
import { RingPair } from '../../rings/ring-pair.js'
import type { Row } from '../../row.js'

const ROUND_TRIPS = 2000

/** Twice as many kernels as cores: a busy pair per core. */
const PAIRS = availableParallelism()

export const row: Row<'messages/crowd'> = {
  name: 'messages/crowd',
  unit: 'µs',
  peer: 'postMessage round trip between two workers that have the cores to themselves',
  better: 'lower',
  target: 0.6,
  open: async () => {
    const rings = await Promise.all(Array.from({ length: PAIRS }, () => RingPair.open()))
    const messages = await MessagePair.open()
    return {
      value: async () => {
        const elapsedMs = await Promise.all(rings.map((pair) => pair.run('hot', ROUND_TRIPS)))
        return (elapsedMs.reduce((sum, ms) => sum + ms) * 1000) / (PAIRS * ROUND_TRIPS)
      },
      peer: () => messages.roundTripUs(ROUND_TRIPS),
      close: async () => {
        await Promise.all(rings.map((pair) => pair.close()))
        await messages.close()
      },
    }
  },
}
