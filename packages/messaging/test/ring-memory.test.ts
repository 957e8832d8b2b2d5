import test from 'ava'
import fc from 'fast-check'
import { RingConsumer } from '../src/ring/consumer.js'
import { HEAD, HEADER_BYTES, KIND_SHIFT, longestRecord, RecordKind, ringBytes } from '../src/ring/layout.js'
import { DEFAULT_LIMITS, type Link } from '../src/link/link.js'
import { RingIncoming } from '../src/ring/incoming.js'
import { RingOutgoing } from '../src/ring/outgoing.js'
import { RingProducer } from '../src/ring/producer.js'

const RUNS = Number(process.env['ATOLL_FUZZ_RUNS'] ?? 300)

/** Both ends of a ring whose first record is at `position`. */
function ring(capacity: number, position = 0) {
  const memory = new SharedArrayBuffer(ringBytes(capacity))
  new Int32Array(memory)[HEAD] = position
  new Uint8Array(memory, HEADER_BYTES).fill(0xee)
  new Int32Array(memory)[(HEADER_BYTES + (position & (capacity - 1))) >>> 2] = 0
  return { memory, producer: new RingProducer(memory), consumer: new RingConsumer(memory) }
}

const bytesOf = ({ view, at, length }: RingConsumer): number[] => [
  ...new Uint8Array(view.buffer, view.byteOffset + at, length),
]

const steps = fc.array(
  fc.oneof(
    fc.record({ write: fc.nat(longestRecord(512)), fill: fc.integer({ min: 0, max: 255 }) }),
    fc.record({ read: fc.integer({ min: 1, max: 5 }) }),
  ),
  { maxLength: 200 },
)

test('records come out as they went in, whatever their sizes and wherever the ring and its positions wrap', (t) => {
  const positions = fc.constantFrom(0, 504, -8, -512, 0x7fff_fff8, -0x8000_0000)
  fc.assert(
    fc.property(steps, positions, (plan, position) => {
      const { producer, consumer } = ring(512, position)
      const inside: number[][] = []
      for (const step of plan) {
        if ('write' in step) {
          const content = new Array<number>(step.write).fill(step.fill)
          const roomy = producer.hasRoom
          const written = producer.write(RecordKind.whole, new Uint8Array(content), 0, step.write, step.write)
          if (written) inside.push(content)
          t.true(written || !roomy, 'a ring that is half empty takes any record')
          continue
        }
        for (let left = step.read; left > 0; left--) {
          t.is(consumer.pending, inside.length > 0)
          t.is(consumer.next(), inside.length > 0 ? 'record' : 'nothing')
          if (inside.length > 0) t.deepEqual(bytesOf(consumer), inside.shift())
        }
        consumer.release()
      }
    }),
    { numRuns: RUNS },
  )
})

test('an empty ring takes a record of the longest size at any place', (t) => {
  for (let position = 0; position < 512; position += 8) {
    const { producer, consumer } = ring(512, position)
    t.true(producer.write(RecordKind.whole, new Uint8Array(longestRecord(512)), 0, longestRecord(512), 0))
    t.is(consumer.next(), 'record')
  }
})

test('what was claimed and not committed leaves no trace', (t) => {
  const { producer, consumer } = ring(512)
  for (let i = 0; i < 100; i++) {
    t.true(producer.claim(100))
    producer.slot.bytes.fill(0xff, producer.slot.at, producer.slot.at + 100)
    t.is(consumer.next(), 'nothing')
    t.true(producer.write(RecordKind.whole, new Uint8Array([i]), 0, 1, 1))
    t.is(consumer.next(), 'record')
    t.deepEqual(bytesOf(consumer), [i])
    consumer.release()
  }
})

test('a closed ring gives what is in it, then says so', (t) => {
  const { producer, consumer } = ring(512)
  producer.write(RecordKind.whole, new Uint8Array([1]), 0, 1, 1)
  producer.close(RecordKind.broken)
  t.is(consumer.next(), 'record')
  t.is(consumer.next(), 'closed')
  t.is(consumer.kind, RecordKind.broken)
  t.true(consumer.pending)
})

test('even a full ring has room to say that it is closed', (t) => {
  const { producer, consumer } = ring(512)
  let records = 0
  while (producer.write(RecordKind.whole, new Uint8Array(8), 0, 8, 8)) records++
  producer.close(RecordKind.closed)
  for (; records > 0; records--) t.is(consumer.next(), 'record')
  t.is(consumer.next(), 'closed')
})

test('a sleeping producer is to be woken when the ring is half empty, once', (t) => {
  const { producer, consumer } = ring(512, -256)
  let records = 0
  while (producer.write(RecordKind.whole, new Uint8Array(24), 0, 24, 24)) records++
  t.true(producer.wantRoom())
  const woken: boolean[] = []
  for (; records > 0; records--) {
    consumer.next()
    woken.push(consumer.release())
    t.is(producer.hasRoom, woken.includes(true))
  }
  t.is(woken.filter(Boolean).length, 1)
  t.false(producer.wantRoom(), 'it need not sleep now')
})

test('noise in a ring is refused or read as records inside it, and never read for ever', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 512, maxLength: 512 }), (noise) => {
      const { memory, consumer } = ring(512)
      new Uint8Array(memory, HEADER_BYTES).set(noise)
      for (let records = 0; records < 1000; records++) {
        if (consumer.next() !== 'record') return
        t.true(consumer.at >= 8 && consumer.at + consumer.length <= 512)
      }
    }),
    { numRuns: RUNS },
  )
  t.pass()
})

test('nothing overtakes an empty message that waits', (t) => {
  const outgoing = new RingOutgoing(2, DEFAULT_LIMITS)
  outgoing.send(new Uint8Array(0), 0, false)
  const { memory, consumer } = ring(512)
  outgoing.attach(memory)
  t.is(outgoing.claim(8), null)
  outgoing.flush()
  t.is(consumer.next(), 'record')
  t.is(consumer.length, 0)
})

test('a poll takes no more than a ring full, however fast the ring is filled again', (t) => {
  const memory = new SharedArrayBuffer(ringBytes(512))
  const outgoing = new RingOutgoing(2, DEFAULT_LIMITS)
  outgoing.attach(memory)
  const refill = (): void => {
    outgoing.flush()
    if (outgoing.queued && !outgoing.wantRoom()) refill()
  }
  const incoming = new RingIncoming('bulk', DEFAULT_LIMITS.maxMessageBytes, memory, refill)
  const message = new Uint8Array(5000).map((_, index) => index & 0xff)
  outgoing.send(message, message.length, false)
  outgoing.send(message, message.length, false)
  refill()
  const link = { state: 'up' } as Link
  const received: number[][] = []
  let polls = 0
  for (; received.length < 2; polls++) {
    incoming.poll(8, link, (_link, view, at, end) => received.push([...new Uint8Array(view.buffer, at, end - at)]))
  }
  t.deepEqual(received, [[...message], [...message]])
  t.true(polls >= 10_000 / 1024 && polls <= 10_000 / 256, `${polls}`)
})

test('padding that leads nowhere is refused', (t) => {
  const paddingTo = (length: number): number => (RecordKind.padding << KIND_SHIFT) | length
  for (const words of [[paddingTo(504)], [paddingTo(0), 0, paddingTo(0)], [paddingTo(496)]]) {
    const { memory, consumer } = ring(512)
    new Int32Array(memory, HEADER_BYTES).fill(0).set(words)
    t.is(consumer.next(), 'broken')
  }
})

test('rings of impossible sizes are refused', (t) => {
  for (const size of [0, 128, 1000, 2 ** 29, NaN]) t.throws(() => ringBytes(size), { instanceOf: RangeError })
})
