import { LinkFullError, MessageTooLargeError } from '../errors.js'
import { DEFAULT_LIMITS, type LinkLimits } from '../link/link.js'
import { PRIORITIES } from '../link/priority.js'
import type { Assertions, DeclareTest, LinkFixture } from './fixture.js'
import { TOPOLOGIES, type Topology } from './topology.js'
import { World } from './world.js'

/** Small enough that tests reach them. */
const NARROW: LinkLimits = { ...DEFAULT_LIMITS, highWaterBytes: 64 * 1024, maxQueueBytes: 256 * 1024 }

const OWN_WISH = { code: 'closed', detail: 'the test wants it' } as const

/** Declares the tests that every transport must pass, in each of the topologies. */
export function linkCompliance(test: DeclareTest, fixture: LinkFixture): void {
  for (const topology of TOPOLOGIES) {
    const declare = (title: string, body: TestBody, limits: LinkLimits = DEFAULT_LIMITS): void => {
      test(`${topology.name}: ${title}`, async (t) => {
        const network = await fixture.setup(topology.kernels, limits)
        try {
          await body(t, new World(t, network), topology)
        } finally {
          await fixture.teardown(network)
        }
      })
    }
    declare('every message arrives once, whole, and in the order of its priority', everythingArrives)
    declare('messages of any size up to the limit arrive, and a longer one is refused', sizes, {
      ...DEFAULT_LIMITS,
      maxMessageBytes: 3_000_000,
    })
    declare('both sides may open the same link at once', bothOpen)
    declare('a control message overtakes bulk messages that wait', overtaking, NARROW)
    declare('a flood of control messages does not starve bulk', noStarvation)
    declare('a poll delivers no more than its budget', budget)
    declare('a peer that floods does not shut out the others', fairness)
    declare('a producer that goes on is told to pause, then refused, then told to go on', backPressure, NARROW)
    declare('a reply gets through a full lane', replies, NARROW)
    declare('closing gives the peer an unbroken beginning of each lane, then down', closing)
    declare('a link that is closed before it is up is down for the peer too', closingEarly)
    declare('closing in the midst of traffic both ways loses order nowhere', closingInTraffic)
    declare('a link that is closed by a receiver delivers nothing more', closingWhileReceiving)
    declare('bytes that no transport writes take down their link and no other', garbage)
    declare('a peer that is declared dead has its arrived messages delivered, then is down', death)
    declare('a kernel that does not exist is unreachable', unreachable)
    declare('a closed transport takes its links down', closedTransport)
    declare('a parked kernel is woken once by the first message', doorbell)
    declare('a parked kernel is woken by the word that a peer is dead', wakingToDeath)
    declare('a kernel does not park when a message has arrived', noPark)
    declare('a kernel that is parked while a host callback fills its lane is woken', fillingWhileParked, NARROW)
    declare('a kernel that parks with messages that wait for room is woken when there is room', parkedProducer, NARROW)
  }
}

type TestBody = (t: Assertions, world: World, topology: Topology) => Promise<void>

const everythingArrives: TestBody = async (_t, world, { edges }) => {
  for (let round = 0; round < 60; round++) {
    for (const [from, to] of edges) {
      world.send(from, to, 'control', 4 + ((round * 13) % 90))
      world.send(from, to, 'bulk', 4 + ((round * 977) % 9000))
      if (round % 20 === 7) world.send(from, to, 'bulk', 300_000)
      if (round % 3 === 0) world.poll(to, 5)
    }
    await world.network.turn()
  }
  await world.untilAllReceived(edges)
}

const sizes: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  const { maxMessageBytes } = world.link(from, to)
  for (const priority of PRIORITIES) {
    for (const size of [4, 5, 7, 8, 9, 63, 64, 65, 4096, 16_385, 65_537, 262_145, maxMessageBytes]) {
      world.send(from, to, priority, size)
    }
    t.throws(() => world.send(from, to, priority, maxMessageBytes + 1), { instanceOf: MessageTooLargeError })
    world.send(from, to, priority, 4)
  }
  await world.untilAllReceived(edges)
}

const bothOpen: TestBody = async (t, world, { edges }) => {
  for (const [from, to] of edges) {
    world.send(from, to, 'control', 16)
    world.send(to, from, 'control', 16)
    t.is(world.link(from, to), world.link(from, to))
  }
  await world.untilAllReceived(edges)
  await world.untilAllReceived(edges.map(([from, to]) => [to, from] as const))
}

const overtaking: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  await introduce(world, from, to)
  while (world.link(from, to).writable('bulk')) world.send(from, to, 'bulk', 8000)
  world.send(from, to, 'control', 16)
  await world.settle()
  world.poll(to)
  const { lanes, numbers } = world.seen(to, from)
  t.is(numbers.control.length, 2)
  t.is(lanes.indexOf('control', 1), 1, 'the control message comes first, after that of the introduction')
  await world.untilAllReceived(edges)
}

const noStarvation: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  for (let i = 0; i < 500; i++) {
    world.send(from, to, 'control', 16)
    world.send(from, to, 'bulk', 16)
  }
  await world.settle()
  world.poll(to)
  t.true(world.seen(to, from).numbers.bulk.length > 0)
  await world.untilAllReceived(edges)
}

const budget: TestBody = async (t, world, { edges }) => {
  for (const [from, to] of edges) {
    for (let i = 0; i < 50; i++) world.send(from, to, i % 2 === 0 ? 'control' : 'bulk', 16)
  }
  await world.settle()
  const received = (kernel: number): number =>
    world.network.transports.reduce((sum, { self: peer }) => sum + world.seen(kernel, peer).lanes.length, 0)
  for (const { self } of world.network.transports) {
    const before = received(self)
    const count = world.poll(self, 9)
    t.is(count, 9)
    t.is(received(self) - before, count)
  }
  await world.untilAllReceived(edges)
}

const fairness: TestBody = async (t, world, { kernels }) => {
  const peers = world.network.transports.map(({ self }) => self).filter((self) => self !== 1)
  for (const peer of peers) for (let i = 0; i < 50; i++) world.send(peer, 1, 'control', 16)
  await world.settle()
  for (let polls = 1; polls < kernels; polls++) world.poll(1, 8)
  for (const peer of peers) t.true(world.seen(1, peer).lanes.length > 0, `nothing of kernel ${peer}`)
  await world.untilAllReceived(peers.map((peer) => [peer, 1] as const))
}

const backPressure: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  const link = world.link(from, to)
  t.true(link.writable('bulk'))
  while (link.writable('bulk')) world.send(from, to, 'bulk', 5000)
  t.throws(
    () => {
      for (let i = 0; i < 10_000; i++) world.send(from, to, 'bulk', 5000)
    },
    { instanceOf: LinkFullError },
  )
  t.true(link.writable('control'), 'the other lane is free')
  await world.untilAllReceived(edges)
  await world.until('drain', () => world.seen(from, to).drains.length > 0)
  t.deepEqual(world.seen(from, to).drains, ['bulk'])
  t.true(link.writable('bulk'))
  world.send(from, to, 'bulk', 5000)
  await world.untilAllReceived(edges)
}

const replies: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  t.throws(
    () => {
      for (let i = 0; i < 10_000; i++) world.send(from, to, 'control', 5000)
    },
    { instanceOf: LinkFullError },
  )
  world.send(from, to, 'control', 5000, 'sendReply')
  await world.untilAllReceived(edges)
}

const closing: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  await introduce(world, from, to)
  for (let i = 0; i < 200; i++) world.send(from, to, i % 3 === 0 ? 'bulk' : 'control', 100)
  world.link(from, to).close(OWN_WISH)
  t.is(world.link(from, to).state, 'down')
  world.send(from, to, 'control', 100)
  await untilDown(world, from, to)
  await untilDown(world, to, from)
  t.deepEqual(world.seen(from, to).downs, [OWN_WISH])
  t.is(world.seen(to, from).downs[0].code, 'closed')
  world.assertUnbroken(from, to)
}

const closingEarly: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  world.send(to, from, 'control', 16)
  world.send(from, to, 'control', 16)
  world.link(from, to).close(OWN_WISH)
  await untilDown(world, from, to)
  await untilDown(world, to, from)
  t.is(world.seen(to, from).downs[0].code, 'closed')
  t.deepEqual(world.seen(from, to).numbers.control, [])
  world.assertUnbroken(from, to)
}

const closingInTraffic: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  for (let round = 0; round < 40; round++) {
    for (let i = 0; i < 12; i++) {
      world.send(from, to, i % 2 === 0 ? 'bulk' : 'control', 4 + i * 700)
      world.send(to, from, i % 2 === 0 ? 'control' : 'bulk', 4 + i * 500)
    }
    if (round % 2 === 0) world.poll(to, 7)
    world.poll(from, 9)
    await world.network.turn()
    if (round === 25) world.link(to, from).close(OWN_WISH)
  }
  await untilDown(world, from, to)
  await untilDown(world, to, from)
  world.assertUnbroken(from, to)
  world.assertUnbroken(to, from)
  t.is(world.seen(from, to).downs.length, 1)
  t.is(world.seen(to, from).downs.length, 1)
}

const closingWhileReceiving: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  for (let i = 0; i < 20; i++) world.send(from, to, 'control', 16)
  world.onMessage = (link) => link.close(OWN_WISH)
  await untilDown(world, to, from)
  t.is(world.seen(to, from).numbers.control.length, 1)
  await untilDown(world, from, to)
}

const garbage: TestBody = async (t, world, { edges, kernels }) => {
  for (const [from, to] of edges) world.send(from, to, 'control', 16)
  await world.untilAllReceived(edges)
  world.network.corrupt(1, 2)
  await untilDown(world, 2, 1)
  await untilDown(world, 1, 2)
  t.is(world.seen(2, 1).downs[0].code, 'malformed')
  t.is(world.seen(1, 2).downs[0].code, 'rejected')
  if (kernels === 2) return
  const others = edges.filter(([from, to]) => from + to !== 3)
  for (const [from, to] of others) world.send(from, to, 'control', 16)
  await world.untilAllReceived(others)
}

const death: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  for (let i = 0; i < 100; i++) world.send(from, to, i % 2 === 0 ? 'bulk' : 'control', 64)
  await world.settle()
  world.transport(to).peerDied(from, 'shot')
  await untilDown(world, to, from)
  t.deepEqual(world.seen(to, from).downs, [{ code: 'died', detail: 'shot' }])
  t.deepEqual(
    PRIORITIES.map((priority) => world.seen(to, from).numbers[priority].length),
    [50, 50],
  )
  world.assertUnbroken(from, to)
}

const unreachable: TestBody = async (t, world) => {
  world.send(1, 77, 'control', 16)
  await untilDown(world, 1, 77)
  t.is(world.seen(1, 77).downs[0].code, 'unreachable')
}

const closedTransport: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  await introduce(world, from, to)
  world.transport(from).close()
  await world.until('down', () => {
    world.poll(to)
    return world.seen(to, from).downs.length > 0
  })
  t.is(world.seen(to, from).downs[0].code, 'closed')
}

const doorbell: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  await introduce(world, from, to)
  let rings = 0
  world.transport(to).events.on('doorbell', () => rings++)
  t.true(world.transport(to).park())
  await world.settle()
  t.is(rings, 0)
  for (let i = 0; i < 10; i++) world.send(from, to, 'control', 16)
  await world.settle()
  t.is(rings, 1)
  await world.untilAllReceived(edges)
}

const wakingToDeath: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  await introduce(world, from, to)
  let rings = 0
  world.transport(to).events.on('doorbell', () => rings++)
  t.true(world.transport(to).park())
  world.transport(to).peerDied(from, 'shot')
  t.is(rings, 1)
  world.poll(to)
  t.is(world.seen(to, from).downs.length, 1)
  t.true(world.transport(to).park())
  world.transport(to).unpark()
}

const noPark: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  await introduce(world, from, to)
  t.is(world.transport(to).pending, false)
  world.send(from, to, 'bulk', 16)
  await world.settle()
  t.is(world.transport(to).pending, true)
  t.is(world.transport(to).park(), false)
  await world.untilAllReceived(edges)
  t.true(world.transport(to).park())
  world.transport(to).unpark()
}

const parkedProducer: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  await introduce(world, from, to)
  while (world.link(from, to).writable('bulk')) world.send(from, to, 'bulk', 5000)
  let rings = 0
  world.transport(from).events.on('doorbell', () => rings++)
  world.poll(from)
  t.true(world.transport(from).park())
  await world.settle()
  while (world.poll(to) > 0);
  await world.settle()
  t.is(rings, 1)
  await world.untilAllReceived(edges)
}

const fillingWhileParked: TestBody = async (t, world, { edges }) => {
  const [[from, to]] = edges
  await introduce(world, from, to)
  let rings = 0
  world.transport(from).events.on('doorbell', () => rings++)
  t.true(world.transport(from).park())
  while (world.link(from, to).writable('bulk')) world.send(from, to, 'bulk', 5000)
  t.is(rings, 1)
  await world.untilAllReceived(edges)
  t.deepEqual(world.seen(from, to).drains, ['bulk'])
}

/** The two know each other: one message has passed. */
async function introduce(world: World, from: number, to: number): Promise<void> {
  world.send(from, to, 'control', 16)
  await world.untilAllReceived([[from, to]])
}

const untilDown = async (world: World, kernel: number, peer: number): Promise<void> =>
  world.until(`link ${kernel}–${peer} down`, () => world.seen(kernel, peer).downs.length > 0)
