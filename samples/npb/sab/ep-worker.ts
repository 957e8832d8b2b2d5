import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { addTally, emptyTally, tallyBatch } from '../ep-kernel.js'
import { putPortion, takeBatch } from './ep-shared.js'

const { memory, id, batches } = workerData as { memory: SharedArrayBuffer; id: number; batches: number }
if (parentPort === null) throw new Error('ep-worker.js is started by sab/ep.js, as a worker thread')

parentPort.postMessage('ready')
await once(parentPort, 'message')
const tally = emptyTally()
for (let batch = takeBatch(memory); batch < batches; batch = takeBatch(memory)) addTally(tally, tallyBatch(batch))
putPortion(memory, id, tally)
parentPort.postMessage('done')
