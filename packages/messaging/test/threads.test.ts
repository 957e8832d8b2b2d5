import test from 'ava'
import { Worker } from 'node:worker_threads'
import {
  Messenger,
  PeerDownError,
  RingExchange,
  RingTransport,
  SUPERVISOR,
  type KernelId,
  type MessagingError,
  type RequestType,
} from '../src/index.js'
import type { PeerData } from './workers/peer.js'
import { peers } from './workers/protocol.js'

/** A supervisor in this isolate, and kernels 1 … n in worker threads. */
function system(kernels: number) {
  const exchange = new RingExchange({ controlBytes: 1024, bulkBytes: 16_384 })
  const bell = exchange.register(SUPERVISOR, (offer) => transport.accept(offer))
  const broker = { request: (peer: KernelId) => exchange.request(SUPERVISOR, peer) }
  const transport: RingTransport = new RingTransport({ self: SUPERVISOR, bell, broker })
  const log: string[] = []
  const note = (text: string) => log.push(text)
  const messenger = new Messenger({ transport, log: { warn: note, error: note } })
  const workers = new Map<KernelId, Worker>()
  for (let self = 1; self <= kernels; self++) workers.set(self, startPeer(exchange, self, messenger))
  const attend = (): void => {
    while (messenger.poll(64) > 0 || messenger.pending);
    if (!messenger.park()) setImmediate(attend)
  }
  messenger.onDoorbell(attend)
  const ask = <Q, R>(to: KernelId, type: RequestType<Q, R>, query: Q): Promise<R> =>
    new Promise((resolve, reject: (error: MessagingError) => void) => {
      messenger.request(to, type, query, (error, reply) => {
        if (error === null) resolve(reply)
        else reject(error)
      })
      messenger.unpark()
      attend()
    })
  const stop = async (): Promise<void> => {
    messenger.close()
    await Promise.all([...workers.values()].map((worker) => worker.terminate()))
  }
  return { exchange, messenger, workers, ask, stop, log, attend }
}

function startPeer(exchange: RingExchange, self: KernelId, messenger: Messenger): Worker {
  const bell = exchange.register(self, (offer, transfer) => worker.postMessage(offer, transfer))
  const workerData: PeerData = { self, bell }
  const worker = new Worker(new URL('./workers/peer.js', import.meta.url), { workerData })
  worker.on('message', (peer: KernelId) => exchange.request(self, peer))
  let reason = ''
  worker.on('error', (error) => {
    reason = String(error)
  })
  worker.on('exit', () => {
    exchange.unregister(self)
    messenger.peerDied(self, reason === '' ? 'exit' : reason)
  })
  return worker
}

test('small and large requests are answered across threads, parked each time', async (t) => {
  const { ask, stop, log } = system(1)
  try {
    for (let a = 0; a < 100; a++) t.deepEqual(await ask(1, peers.add, { a, b: 7 }), { sum: a + 7 })
    for (const size of [0, 1, 31, 32, 4095, 16_384, 100_000, 3_000_001]) {
      const data = new Uint8Array(size).map((_, index) => index & 0xff)
      const { data: inverted } = await ask(1, peers.invert, { data })
      t.is(inverted.length, size)
      t.true(inverted.every((byte, index) => byte === 255 - (index & 0xff)))
    }
    t.deepEqual(log, [])
  } finally {
    await stop()
  }
})

test('kernels open links among each other on demand, and streams through small rings arrive whole', async (t) => {
  const { ask, stop, exchange } = system(3)
  try {
    const count = 2000
    const bytes = 9000
    const all = await Promise.all(
      [
        [1, 2],
        [2, 3],
        [3, 1],
      ].map(([from, to]) => ask(from, peers.stream, { to, count, bytes })),
    )
    for (const { count: received } of all) t.is(received, count)
    t.is(exchange.links, 6, 'three to the supervisor, three among themselves')
  } finally {
    await stop()
  }
})

test('many requests at once are all answered', async (t) => {
  const { ask, stop } = system(2)
  try {
    const replies = await Promise.all(
      Array.from({ length: 2000 }, (_, n) => ask(1 + (n % 2), peers.add, { a: n, b: 1 })),
    )
    t.deepEqual(
      replies.map(({ sum }) => sum),
      replies.map((_, n) => n + 1),
    )
  } finally {
    await stop()
  }
})

test('requests to a worker that is terminated end with PeerDownError', async (t) => {
  const { ask, stop, workers } = system(2)
  try {
    await ask(1, peers.add, { a: 1, b: 1 })
    // Neither side ever answers this: kernel 1 streams to a kernel that does not exist until it is told so.
    const open = t.throwsAsync(ask(1, peers.stream, { to: 77, count: 1, bytes: 10 }), { instanceOf: PeerDownError })
    await workers.get(1)?.terminate()
    await open
    t.deepEqual(await ask(2, peers.add, { a: 2, b: 2 }), { sum: 4 })
  } finally {
    await stop()
  }
})

test('a message that could not be encoded leaves nothing behind in the ring', async (t) => {
  const { ask, stop } = system(1)
  try {
    for (let n = 0; n < 500; n++) {
      await t.throwsAsync(async () => ask(1, peers.add, { a: n, b: -1 }))
      if (n % 100 === 0) t.deepEqual(await ask(1, peers.add, { a: n, b: 1 }), { sum: n + 1 })
    }
  } finally {
    await stop()
  }
})
