import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { openProgram } from '../../atoll/atoll-system.js'
import type { Row } from '../../row.js'
import { STREAM_BYTES } from '../../workloads/stream.js'

export const row: Row<'memory/stream'> = {
  name: 'memory/stream',
  unit: 'GB/s',
  peer: 'structured clone of the same buffer through postMessage',
  better: 'higher',
  target: 2,
  open: async () => {
    const program = await openProgram('memory/stream')
    const worker = new Worker(new URL('../../peers/clone-worker.js', import.meta.url))
    await once(worker, 'online')
    return {
      value: program.sample,
      peer: async () => {
        const start = performance.now()
        worker.postMessage(null)
        await once(worker, 'message')
        return STREAM_BYTES / (performance.now() - start) / 1e6
      },
      close: async () => {
        await program.close()
        await worker.terminate()
      },
    }
  },
}
