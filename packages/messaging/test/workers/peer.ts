/** What runs in the worker threads of `threads.test.ts`: serves the protocol, sends what it is told to. */
import { parentPort, workerData } from 'node:worker_threads'
import { Messenger, RingTransport, type KernelId, type RingOffer } from '../../src/index.js'
import { peers } from './protocol.js'

/** What a worker is started with. */
export interface PeerData {
  readonly self: KernelId
  readonly bell: SharedArrayBuffer
}

const port = parentPort
if (port === null) throw new Error('this module is the entry of a worker thread')
const { self, bell } = workerData as PeerData

const transport = new RingTransport({ self, bell, broker: { request: (peer) => port.postMessage(peer) } })
port.on('message', (offer: RingOffer) => transport.accept(offer))

const complain = (text: string, details?: object): never => {
  throw new Error(`${text} ${JSON.stringify(details)}`)
}
const messenger = new Messenger({ transport, log: { warn: complain, error: complain } })

/** The next number that each peer's stream must bring. */
const next = new Map<KernelId, number>()
let sum = 0

messenger.serve(peers.add, (_from, { a, b }, reply) => reply({ sum: a + b }))
messenger.serve(peers.invert, (_from, { data }, reply) => reply({ data: data.map((byte) => 255 - byte) }))
messenger.on(peers.item, (from, { n, data }) => {
  if (n !== (next.get(from) ?? 0)) complain('out of order', { from, n })
  next.set(from, n + 1)
  sum += data.length
})
messenger.serve(peers.received, (from, _nothing, reply) => reply({ count: next.get(from) ?? 0, bytes: sum }))
messenger.serve(peers.stream, (_from, { to, count, bytes }, reply) => {
  let n = 0
  const go = (): void => {
    while (n < count && messenger.writable(to, 'bulk')) {
      messenger.send(to, peers.item, { n, data: new Uint8Array((n * 37) % bytes) })
      n++
    }
    if (n < count) return
    messenger.events.off('drain', go)
    messenger.request(to, peers.received, {}, (error, result) => {
      if (error !== null) throw error
      reply(result)
    })
  }
  messenger.events.on('drain', go)
  go()
})

/** Polls when the doorbell rings and goes to sleep when there is nothing: every wake-up is exercised. */
const attend = (): void => {
  while (messenger.poll(64) > 0 || messenger.pending);
  if (!messenger.park()) setImmediate(attend)
}
messenger.onDoorbell(attend)
attend()
