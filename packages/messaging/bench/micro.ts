/**
 * What messaging itself costs, without a loop and without waiting for another core: `node packages/messaging/dist/bench/micro.js`. What kernels see
 * of each other (hot, parked, stream, bulk, crowd, idle) is measured by the rows "Messages" of the repository's benchmarks.
 */
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'
import {
  borrowedBytes,
  message,
  Messenger,
  protocol,
  request,
  RingExchange,
  RingTransport,
  u32,
  u8,
} from '../src/index.js'
import { RingConsumer } from '../src/ring/consumer.js'
import { ringBytes, RecordKind } from '../src/ring/layout.js'
import { RingProducer } from '../src/ring/producer.js'

const sample = protocol('bench', 250, {
  fault: request(1, { type: u8, tid: u32, page: u32, access: u32 }, { tid: u32, page: u32 }),
  note: message(2, { tid: u32, page: u32, access: u32 }),
  block: message(3, { data: borrowedBytes }, { priority: 'bulk' }),
})

const silent = { warn: (): void => undefined, error: (): void => undefined }

/** The best of several samples, in nanoseconds per step; the first ones compile the code. */
export function nanoseconds(steps: number, step: (index: number) => void): number {
  let bestMs = Infinity
  for (let samples = 0; samples < 7; samples++) {
    const startMs = performance.now()
    for (let index = 0; index < steps; index++) step(index)
    bestMs = Math.min(bestMs, performance.now() - startMs)
  }
  return (bestMs / steps) * 1e6
}

/** Two messengers linked by rings, both in this isolate. */
export function pair(): readonly [Messenger, Messenger] {
  const exchange = new RingExchange()
  const transports: RingTransport[] = []
  for (const self of [1, 2]) {
    const bell = exchange.register(self, (offer) => transports[self].accept(offer))
    const broker = { request: (peer: number) => exchange.request(self, peer) }
    transports[self] = new RingTransport({ self, bell, broker, keepAlive: false })
  }
  const [one, two] = [1, 2].map((self) => new Messenger({ transport: transports[self], log: silent }))
  one.connect(2)
  one.poll(8)
  two.poll(8)
  return [one, two]
}

/** A record of 24 bytes through a ring. */
export function ringRecord(): number {
  const memory = new SharedArrayBuffer(ringBytes(65_536))
  const producer = new RingProducer(memory)
  const consumer = new RingConsumer(memory)
  const record = new Uint8Array(24)
  return nanoseconds(200_000, () => {
    producer.write(RecordKind.whole, record, 0, 24, 24)
    consumer.next()
    consumer.release()
  })
}

/** Encoding and decoding a message of four fixed fields. */
export function codecRoundTrip(): number {
  const { codec } = sample.fault
  const memory = new Uint8Array(64)
  const view = new DataView(memory.buffer)
  let sum = 0
  const result = nanoseconds(500_000, (index) => {
    const end = codec.encode({ type: 3, tid: index, page: 7, access: 2 }, view, memory, 8)
    sum += codec.decode(view, 8, end).tid
  })
  mustHave(sum)
  return result
}

/** A request and its reply, each side polled once, everything in one isolate. */
export function requestRoundTrip(): number {
  const [one, two] = pair()
  two.serve(sample.fault, (_from, { tid, page }, reply) => reply({ tid, page: page + 1 }))
  let sum = 0
  const result = nanoseconds(100_000, (index) => {
    one.request(2, sample.fault, { type: 3, tid: index, page: index, access: 2 }, (error, reply) => {
      if (error !== null) throw error
      sum += reply.page
    })
    two.poll(64)
    one.poll(64)
  })
  mustHave(sum)
  return result
}

/** A request that a kernel sends itself. */
export function ownRequest(): number {
  const [one] = pair()
  one.serve(sample.fault, (_from, { tid, page }, reply) => reply({ tid, page: page + 1 }))
  let sum = 0
  const result = nanoseconds(100_000, (index) => {
    one.request(1, sample.fault, { type: 3, tid: index, page: index, access: 2 }, (error, reply) => {
      if (error !== null) throw error
      sum += reply.page
    })
    one.poll(64)
    one.poll(64)
  })
  mustHave(sum)
  return result
}

/** A one-way message, sent and received, in batches of 32. */
export function oneWay(): number {
  const [one, two] = pair()
  let sum = 0
  two.on(sample.note, (_from, { access }) => {
    sum += access
  })
  const result = nanoseconds(320_000, (index) => {
    one.send(2, sample.note, { tid: index, page: index, access: 2 })
    if (index % 32 === 31) two.poll(64)
  })
  mustHave(sum)
  return result
}

/** A block of 64 KiB, sent, borrowed and copied to its place. Divide 65,536 by it for GB/s. */
export function block(): number {
  const [one, two] = pair()
  const source = new Uint8Array(65_536).fill(7)
  const destination = new Uint8Array(65_536)
  two.on(sample.block, (_from, { data }) => destination.set(data))
  return nanoseconds(5000, () => {
    one.send(2, sample.block, { data: source })
    two.poll(8)
  })
}

/** Asking whether anything has come, and polling in vain, with one peer. */
export function emptyLooks(): { readonly pending: number; readonly poll: number } {
  const [one] = pair()
  let found = 0
  const pending = nanoseconds(500_000, () => {
    if (one.pending) found++
  })
  const poll = nanoseconds(500_000, () => {
    found += one.poll(64)
  })
  if (found > 0) throw new RangeError('something was found')
  return { pending, poll }
}

/** A benchmark whose messages did not arrive measures nothing. */
function mustHave(sum: number): void {
  if (sum === 0) throw new RangeError('no message has arrived')
}

function main(): void {
  const { pending, poll } = emptyLooks()
  const blockNs = block()
  const rows: readonly (readonly [string, string])[] = [
    ['encode + decode, 13 bytes', `${codecRoundTrip().toFixed(0)} ns`],
    ['record through a ring, 24 bytes', `${ringRecord().toFixed(0)} ns`],
    ['one-way message, sent and received', `${oneWay().toFixed(0)} ns`],
    ['request and reply, one isolate', `${requestRoundTrip().toFixed(0)} ns`],
    ['request and reply to oneself', `${ownRequest().toFixed(0)} ns`],
    ['pending, nothing there', `${pending.toFixed(0)} ns`],
    ['poll, nothing there', `${poll.toFixed(0)} ns`],
    ['block of 64 KiB', `${(65_536 / blockNs).toFixed(1)} GB/s`],
  ]
  for (const [what, cost] of rows) console.log(`${what.padEnd(36)} ${cost.padStart(10)}`)
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) main()
