import { AtollSystem } from '../../atoll/atoll-system.js'
import type { Row } from '../../row.js'
import { heapBytes } from '../../workloads/heap.js'

const CHAINS = 100_000

async function outer(id: number, gate: Promise<void>): Promise<number> {
  const next = id + 1
  return (await middle(next, gate)) + next
}

async function middle(id: number, gate: Promise<void>): Promise<number> {
  const next = id + 1
  return (await inner(next, gate)) + next
}

async function inner(id: number, gate: Promise<void>): Promise<number> {
  const next = id + 1
  await gate
  return next
}

/** Bytes of heap per chain of three async functions that wait for one promise. */
async function native(): Promise<number> {
  let open: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const chains = new Array<Promise<number>>(CHAINS)
  const before = heapBytes()
  for (let i = 0; i < CHAINS; i++) chains[i] = outer(i, gate)
  const bytes = (heapBytes() - before) / CHAINS
  open()
  await Promise.all(chains)
  return bytes
}

export const row: Row<'threads/memory'> = {
  name: 'threads/memory',
  unit: 'B',
  peer: 'native pending async chain of three',
  better: 'lower',
  target: 0.5,
  open: async () => {
    const system = await AtollSystem.boot(2)
    return {
      value: async () => {
        const program = await system.start('threads/memory') // a process for each sample: its threads end with it
        try {
          return await program.sample()
        } finally {
          await program.close()
        }
      },
      peer: native,
      close: () => system.shutdown(),
    }
  },
}
