import test from 'ava'
import {
  bytes,
  list,
  MemoryNetwork,
  message,
  Messenger,
  optional,
  protocol,
  request,
  SteppedDelivery,
  string,
  struct,
  u32,
} from '../src/index.js'

const p = protocol('p', 9, {
  a: message(1, { x: u32, s: string, o: optional(u32), b: bytes, l: list(struct({ n: u32, t: string })) }),
  q: request(2, { x: u32 }, { y: u32 }),
})
const log = { warn: console.log, error: console.log }
test('smoke', (t) => {
  const d = new SteppedDelivery({ below: () => 0 })
  const n = new MemoryNetwork(d)
  const m1 = new Messenger({ transport: n.transport(1), log })
  const m2 = new Messenger({ transport: n.transport(2), log })
  const got: unknown[] = []
  m2.on(p.a, (from, m) => got.push(from, m))
  m2.serve(p.q, (_f, { x }, reply) => reply({ y: x + 1 }))
  m1.send(2, p.a, { x: 7, s: 'hö€', b: new Uint8Array([1, 2]), l: [{ n: 1, t: 'x' }] })
  m1.request(2, p.q, { x: 41 }, (error, reply) => {
    if (error !== null) throw error
    got.push(reply.y)
  })
  for (let i = 0; i < 10; i++) {
    d.step()
    m1.poll(8)
    m2.poll(8)
  }
  t.deepEqual(got, [1, { x: 7, s: 'hö€', o: undefined, b: new Uint8Array([1, 2]), l: [{ n: 1, t: 'x' }] }, 42])
})
