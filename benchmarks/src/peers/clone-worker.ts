/** Sends a copy of its buffer whenever it is asked to. */
import { parentPort } from 'node:worker_threads'
import { STREAM_BYTES } from '../workloads/stream.js'

if (parentPort === null) throw new Error('clone-worker.js is started by the row memory/stream, as a worker thread')
const port = parentPort
const bytes = new Uint8Array(STREAM_BYTES).fill(7)
port.on('message', () => {
  port.postMessage(bytes)
})
