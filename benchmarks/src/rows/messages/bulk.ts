import { RingPair } from '../../rings/ring-pair.js'
import type { Row } from '../../row.js'
import { BLOCK_BYTES, BLOCKS } from '../../workloads/blocks.js'

const ROUNDS = 4

/** Copies blocks from one memory to another in one isolate; GB/s. */
function copier(): () => Promise<number> {
  const source = new Uint8Array(BLOCKS * BLOCK_BYTES).fill(1)
  const destination = new Uint8Array(BLOCKS * BLOCK_BYTES).fill(2)
  return async () => {
    const start = performance.now()
    for (let i = 0; i < ROUNDS * BLOCKS; i++) {
      const offset = (i % BLOCKS) * BLOCK_BYTES
      destination.set(source.subarray(offset, offset + BLOCK_BYTES), offset)
    }
    return gigabytesPerSecond(performance.now() - start)
  }
}

const gigabytesPerSecond = (elapsedMs: number): number => (ROUNDS * BLOCKS * BLOCK_BYTES) / (elapsedMs * 1e6)

export const row: Row<'messages/bulk'> = {
  name: 'messages/bulk',
  unit: 'GB/s',
  peer: 'memcpy of the same blocks in one isolate',
  better: 'higher',
  target: 0.4,
  open: async () => {
    const rings = await RingPair.open()
    return {
      value: async () => gigabytesPerSecond(await rings.run('bulk', ROUNDS * BLOCKS)),
      peer: copier(),
      close: () => rings.close(),
    }
  },
}
