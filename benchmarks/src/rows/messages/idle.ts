import { setTimeout } from 'node:timers/promises'
import { AtollSystem } from '../../atoll/atoll-system.js'
import type { Row } from '../../row.js'

const WINDOW_MS = 500
/** What the harness's collection of garbage leaves for the background is over by then. */
const SETTLE_MS = 200

/** Cores that this process uses while it does nothing: its kernels, and the supervisor's isolate. */
async function coresInUse(): Promise<number> {
  await setTimeout(SETTLE_MS)
  const before = process.cpuUsage()
  const start = performance.now()
  await setTimeout(WINDOW_MS)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / ((performance.now() - start) * 1000)
}

export const row: Row<'messages/idle'> = {
  name: 'messages/idle',
  unit: 'cores',
  peer: 'one core',
  better: 'lower',
  target: 0.01,
  open: async () => {
    const system = await AtollSystem.boot(2)
    return { value: coresInUse, peer: async () => 1, close: () => system.shutdown() }
  },
}
