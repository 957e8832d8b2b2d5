import test from 'ava'
import type { LinkLimits, RingEndpoint } from '../src/index.js'
import { RingExchange, RingTransport } from '../src/index.js'
import { linkCompliance, type ComplianceNetwork } from '../src/compliance/index.js'
import { HEAD, HEADER_BYTES } from '../src/ring/layout.js'

linkCompliance(test, { setup: async (kernels, limits) => ringNetwork(kernels, limits), teardown })

function ringNetwork(kernels: number, limits: LinkLimits): ComplianceNetwork {
  const exchange = new RingExchange({ controlBytes: 4096, bulkBytes: 32_768 })
  const endpoints = new Map<string, RingEndpoint>()
  const transports = Array.from({ length: kernels }, (_, index) => {
    const self = index + 1
    const bell = exchange.register(self, (offer) => {
      if (offer.kind === 'endpoint') endpoints.set(`${self}>${offer.peer}`, offer)
      // As between isolates: an offer comes by the event loop.
      setImmediate(() => transport.accept(offer))
    })
    const broker = { request: (peer: number) => exchange.request(self, peer) }
    const transport: RingTransport = new RingTransport({ self, bell, broker, keepAlive: false, limits })
    return transport
  })
  return {
    transports,
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    corrupt(from, to) {
      const words = new Int32Array(endpoints.get(`${from}>${to}`)!.outgoing.control)
      const capacity = words.byteLength - HEADER_BYTES
      words[(HEADER_BYTES + (words[HEAD] & (capacity - 1))) >>> 2] = 0x7fff_ffff
    },
  }
}

async function teardown({ transports }: ComplianceNetwork): Promise<void> {
  for (const transport of transports) transport.close()
}
