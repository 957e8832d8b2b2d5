/** What runs in the worker thread of one kernel of a `WorkersBackend`. */
import 'reflect-metadata'
import { RingTransport, type KernelId } from '@atoll/messaging'
import { parentPort, workerData } from 'node:worker_threads'
import { startKernel } from '../kernel/start.js'
import { Pulse } from '../safe-points/pulse.js'
import type { FromWorker, ToWorker, WorkerData } from './wire.js'

const port = parentPort
if (!port) throw new Error('this module is the entry of a worker thread: WorkersBackend starts it')

const { settings, bell, pulse } = workerData as WorkerData
const request = (link: KernelId): void => {
  port.postMessage({ link } satisfies FromWorker)
}
const transport = new RingTransport({ self: settings.id, bell, broker: { request } })
port.on('message', (offer: ToWorker) => {
  transport.accept(offer)
})
const { joined } = await startKernel(settings, transport, { pulse: new Pulse(pulse) })
await joined
