/** The least that a worker thread can do: say that it runs. */
import { parentPort } from 'node:worker_threads'

parentPort?.postMessage('running')
