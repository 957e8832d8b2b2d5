import test from 'ava'
import {
  DelayedDelivery,
  MemoryNetwork,
  SteppedDelivery,
  type Delivery,
  type MemoryTransport,
  type Priority,
} from '../src/index.js'
import { randomFrom } from './random.js'

/** Virtual time: timers fire in order when it is told to go on. */
class VirtualTime {
  nowUs = 0
  readonly #timers: { readonly atUs: number; readonly callback: () => void }[] = []

  monotonicUs(): number {
    return this.nowUs
  }

  setTimer(atUs: number, callback: () => void): void {
    this.#timers.push({ atUs, callback })
    this.#timers.sort((a, b) => a.atUs - b.atUs)
  }

  /** Fires what is due until `atUs`. */
  advance(atUs: number): void {
    while (this.#timers.length > 0 && this.#timers[0].atUs <= atUs) {
      const { atUs: due, callback } = this.#timers.shift()!
      this.nowUs = due
      callback()
    }
    this.nowUs = atUs
  }
}

const send = (from: MemoryTransport, to: number, byte: number, priority: Priority = 'control'): void =>
  from.connect(to).send(priority, new Uint8Array([byte]), 1)

function receive(transport: MemoryTransport): number[] {
  const received: number[] = []
  while (transport.poll(8, (_link, view, at) => received.push(view.getUint8(at))) > 0);
  return received
}

test('each message takes its own time within the bounds, and none overtakes another of its lane', (t) => {
  const time = new VirtualTime()
  const network = new MemoryNetwork(new DelayedDelivery(time, randomFrom(3), 10, 50))
  const [one, two] = [network.transport(1), network.transport(2)]
  for (let byte = 0; byte < 100; byte++) send(one, 2, byte)
  time.advance(9)
  t.deepEqual(receive(two), [])
  time.advance(30)
  const early = receive(two)
  t.true(early.length > 20 && early.length < 80)
  time.advance(50)
  t.deepEqual([...early, ...receive(two)], [...new Array(100).keys()])
})

test('what is sent across a cut waits until it heals, in order, and others are not concerned', (t) => {
  const delivery = new SteppedDelivery(randomFrom(1))
  const network = new MemoryNetwork(delivery)
  const [one, two, three] = [network.transport(1), network.transport(2), network.transport(3)]
  const arrive = (): void => {
    while (delivery.step());
  }
  send(one, 2, 0)
  network.cut(2, 1)
  send(one, 2, 1)
  send(one, 3, 2)
  arrive()
  t.deepEqual(receive(two), [])
  t.deepEqual(receive(three), [2])
  network.heal(1, 2)
  send(one, 2, 3)
  arrive()
  t.deepEqual(receive(two), [0, 1, 3])
})

test('what waited for a cut to heal is scheduled again as what it was', (t) => {
  const scheduled: Delivery[] = []
  const network = new MemoryNetwork({ schedule: (delivery) => scheduled.push(delivery) })
  network.transport(2)
  network.cut(1, 2)
  network.transport(1).connect(2).send('bulk', new Uint8Array(77), 77)
  scheduled[0].deliver()
  network.heal(1, 2)
  const facts = scheduled.map(({ from, to, priority, byteLength }) => ({ from, to, priority, byteLength }))
  t.deepEqual(facts, new Array(2).fill({ from: 1, to: 2, priority: 'bulk', byteLength: 77 }))
})

test('a kernel sleeps while the end of one lane is there and that of the other is still under way', (t) => {
  let underway: Delivery[] = []
  const network = new MemoryNetwork({ schedule: (delivery) => underway.push(delivery) })
  const [one, two] = [network.transport(1), network.transport(2)]
  const arrive = (priority: Priority): void => {
    for (const delivery of underway.filter((each) => each.priority === priority)) delivery.deliver()
    underway = underway.filter((each) => each.priority !== priority)
  }
  send(one, 2, 7)
  one.connect(2).close({ code: 'closed', detail: '' })
  arrive('control')
  t.deepEqual(receive(two), [7])
  t.is(two.connect(1).state, 'up')
  t.true(two.park())
  let rings = 0
  two.events.on('doorbell', () => rings++)
  arrive('bulk')
  t.is(rings, 1)
  receive(two)
  t.is(two.connect(1).state, 'down')
})

test('nothing is received that was sent behind damage', (t) => {
  const delivery = new SteppedDelivery(randomFrom(1))
  const network = new MemoryNetwork(delivery)
  const [one, two] = [network.transport(1), network.transport(2)]
  send(one, 2, 1)
  network.damage(1, 2)
  send(one, 2, 2)
  while (delivery.step());
  t.deepEqual(receive(two), [1])
  t.is(two.connect(1).downReason?.code, 'malformed')
})

test('what is under way to and from a lost kernel is lost, and its peers notice nothing until they are told', (t) => {
  const delivery = new SteppedDelivery(randomFrom(1))
  const network = new MemoryNetwork(delivery)
  const [one, two] = [network.transport(1), network.transport(2)]
  send(one, 2, 1)
  while (delivery.step());
  t.deepEqual(receive(two), [1])
  send(one, 2, 2)
  send(two, 1, 3)
  network.lose(1)
  send(two, 1, 4)
  while (delivery.step());
  t.deepEqual(receive(two), [])
  t.is(two.connect(1).state, 'up')
  two.peerDied(1, 'lost')
  receive(two)
  t.is(two.connect(1).downReason?.code, 'died')
})

test('a lost kernel that is first contacted afterwards looks alive until it is declared dead', (t) => {
  const network = new MemoryNetwork(new SteppedDelivery(randomFrom(1)))
  const two = network.transport(2)
  network.transport(1)
  network.lose(1)
  send(two, 1, 1)
  receive(two)
  t.is(two.connect(1).state, 'up')
  t.throws(() => network.transport(1), { instanceOf: RangeError })
})
