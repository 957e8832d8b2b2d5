import test from 'ava'
import {
  describeNode,
  measureSpeed,
  MemoryNetwork,
  message,
  Membership,
  membership,
  MembershipHome,
  Messenger,
  packNode,
  protocol,
  request,
  RequestFailedError,
  SteppedDelivery,
  SUPERVISOR,
  u32,
  unpackNode,
  type KernelId,
  type MessagingError,
  type NodeDescriptor,
} from '../src/index.js'
import { randomFrom } from './random.js'

const node = (name: string): NodeDescriptor => ({
  name,
  isa: 's390x',
  byteOrder: 'BE',
  cores: 4,
  memoryBytes: 2 ** 36,
  runtime: 'node',
  version: '20.11.0',
  pageBytes: 4096,
  speed: 123.5,
  labels: { zone: 'eu', gpu: 'no' },
  cost: 0.25,
})

const chat = protocol('chat', 99, { say: message(1, { n: u32 }), ask: request(2, {}, {}) })

/** A supervisor and kernels 1 … n that have not joined. */
function system(count: number, seed = 1) {
  const delivery = new SteppedDelivery(randomFrom(seed))
  const network = new MemoryNetwork(delivery)
  const log: string[] = []
  const note = (text: string, details?: object) =>
    log.push([text, ...Object.values(details ?? {})].map(String).join(' '))
  const messenger = (id: KernelId) =>
    new Messenger({ transport: network.transport(id), log: { warn: note, error: note } })
  const supervisor = messenger(SUPERVISOR)
  const home = new MembershipHome(supervisor)
  const kernels = Array.from({ length: count }, (_, index) => {
    const own = messenger(index + 1)
    return { id: index + 1, messenger: own, membership: new Membership(own) }
  })
  const settle = (): void => {
    const all = [supervisor, ...kernels.map((kernel) => kernel.messenger)]
    let busy = true
    while (busy) {
      busy = delivery.step()
      for (const each of all) busy = each.poll(64) > 0 || each.pending || busy
    }
  }
  const join = (id: KernelId): (MessagingError | null)[] => {
    const outcomes: (MessagingError | null)[] = []
    kernels[id - 1].membership.join(node(`n${id}`), (error) => outcomes.push(error))
    return outcomes
  }
  const joinAll = (): void => {
    for (const { id } of kernels) join(id)
    settle()
  }
  return { network, delivery, supervisor, home, kernels, log, settle, join, joinAll }
}

test('everybody who joins knows everybody, whatever the order in which messages arrive', (t) => {
  for (let seed = 1; seed <= 20; seed++) {
    const { home, kernels, joinAll, log } = system(4, seed)
    joinAll()
    t.is(home.epoch, 4)
    for (const { membership } of kernels) {
      t.deepEqual(membership.all(), home.all())
      t.is(membership.epoch, 4)
    }
    t.deepEqual(
      home.alive().map(({ id, node: { name } }) => [id, name]),
      [
        [1, 'n1'],
        [2, 'n2'],
        [3, 'n3'],
        [4, 'n4'],
      ],
    )
    t.deepEqual(log, [])
  }
})

test('members are told of those who join after them, and only of those', (t) => {
  const { kernels, settle, join } = system(2)
  const events: string[] = []
  for (const { id, membership } of kernels) {
    membership.events.on('joined', (member) => events.push(`${id}: ${member.id} joined`))
  }
  join(1)
  settle()
  join(2)
  settle()
  t.deepEqual(events, ['1: 2 joined'])
})

test('a death is told to every member after the last message of the dead, and once', (t) => {
  const { home, supervisor, kernels, joinAll, settle, network } = system(3)
  joinAll()
  const events: string[] = []
  for (const { id, membership, messenger } of kernels) {
    messenger.on(chat.say, (from, { n }) => events.push(`${id}: ${from} says ${n}`))
    membership.events.on('died', (member) => events.push(`${id}: ${member.id} died, ${member.reason}`))
  }
  home.events.on('died', ({ id }) => events.push(`home: ${id} died`))
  kernels[2].messenger.send(1, chat.say, { n: 1 })
  kernels[2].messenger.send(1, chat.say, { n: 2 })
  settle()
  network.lose(3)
  home.declareDead(3, 'worker exited')
  home.declareDead(3, 'again')
  settle()
  t.deepEqual(events.slice(0, 2), ['1: 3 says 1', '1: 3 says 2'])
  t.deepEqual(events.slice(2).sort(), ['1: 3 died, worker exited', '2: 3 died, worker exited', 'home: 3 died'])
  t.false(home.isAlive(3))
  t.false(kernels[0].membership.isAlive(3))
  t.is(kernels[0].membership.get(3)?.state, 'dead')
  t.deepEqual(
    kernels[1].membership.alive().map(({ id }) => id),
    [1, 2],
  )
  t.is(supervisor.openRequests, 0)
})

test('a request to a kernel that dies ends before its death is told', (t) => {
  const { home, kernels, joinAll, settle, network } = system(2)
  joinAll()
  const events: string[] = []
  kernels[0].messenger.request(2, chat.ask, {}, (error, _reply) => {
    events.push(error?.name ?? 'reply')
  })
  kernels[0].membership.events.on('died', () => events.push('died'))
  network.lose(2)
  settle()
  t.deepEqual(events, [])
  home.declareDead(2, 'shot')
  settle()
  t.deepEqual(events, ['PeerDownError', 'died'])
})

test('an id that was used never joins again', (t) => {
  const { home, kernels, join, joinAll, settle } = system(2)
  joinAll()
  const again = join(1)
  settle()
  t.true(again[0] instanceof RequestFailedError)
  t.regex(again[0]?.message ?? '', /kernel 1 is alive: an id joins once/)
  t.is(kernels.length, 2)
  t.is(home.epoch, 2)
})

test('requests to a kernel that dies before it has joined end, and nobody is suspected', (t) => {
  const { home, supervisor, network, settle } = system(1)
  home.suspicions.on('suspected', () => t.fail())
  const errors: (string | undefined)[] = []
  supervisor.request(1, chat.ask, {}, (error, _reply) => errors.push(error?.name))
  network.lose(1)
  settle()
  t.deepEqual(errors, [])
  home.declareDead(1, 'it never came up')
  settle()
  t.deepEqual(errors, ['PeerDownError'])
})

test('who never joined can not leave', (t) => {
  const { home, kernels, settle, log } = system(1)
  const outcomes: string[] = []
  kernels[0].membership.leave((error) => outcomes.push(error?.message ?? 'may go'))
  settle()
  t.is(outcomes.length, 1)
  t.regex(outcomes[0], /kernel 1 has not joined/)
  t.is(log.length, 1)
  t.is(home.epoch, 0)
})

test('all is known to everybody where there is nobody', (t) => {
  const { home, settle } = system(0)
  let known = 0
  home.whenKnown(() => known++)
  settle()
  t.is(known, 1)
})

test('all is known once the living know it, whoever dies meanwhile', (t) => {
  const { home, joinAll, settle, network } = system(3)
  joinAll()
  network.lose(3)
  let known = 0
  home.whenKnown(() => known++)
  settle()
  t.is(known, 0)
  home.declareDead(3, 'shot')
  settle()
  t.is(known, 1)
})

test('a kernel that was declared dead before it joined does not join', (t) => {
  for (const asksInTime of [true, false]) {
    const { home, supervisor, join, settle, delivery } = system(1)
    const early = asksInTime ? join(1) : null
    while (delivery.step());
    home.declareDead(1, 'it never came up')
    supervisor.poll(64)
    const outcome = early ?? join(1)
    settle()
    t.regex(
      outcome[0]?.message ?? '',
      asksInTime ? /kernel 1 is dead \(it never came up\)/ : /kernel 0 closed the link/,
    )
    t.deepEqual(home.all(), [])
  }
})

test('a kernel that leaves is told of as left, and its later exit means nothing', (t) => {
  const { home, kernels, joinAll, settle } = system(2)
  joinAll()
  const events: string[] = []
  kernels[0].membership.events.on('left', ({ id }) => events.push(`${id} left`))
  kernels[0].membership.events.on('died', ({ id }) => events.push(`${id} died`))
  kernels[1].membership.leave((error) => events.push(error === null ? 'may go' : error.message))
  settle()
  home.declareDead(2, 'exit')
  settle()
  t.deepEqual(events.sort(), ['2 left', 'may go'])
  t.is(home.get(2)?.state, 'left')
  t.deepEqual(kernels[0].membership.all(), home.all())
})

test('a node that describes itself anew is seen so by everybody', (t) => {
  const { home, kernels, joinAll, settle } = system(2)
  joinAll()
  const seen: unknown[] = []
  kernels[1].membership.events.on('described', (member) => seen.push(member.id, member.node.labels))
  kernels[0].membership.describe({ ...node('n1'), labels: { zone: 'us' } })
  settle()
  t.deepEqual(seen, [1, { zone: 'us' }])
  t.deepEqual(kernels[1].membership.all(), home.all())
})

test('a link that breaks between the living is reported to the supervisor', (t) => {
  const { home, kernels, joinAll, settle, network, log } = system(2)
  joinAll()
  kernels[1].messenger.on(chat.say, () => undefined)
  kernels[0].messenger.send(2, chat.say, { n: 1 })
  settle()
  const suspicions: unknown[][] = []
  home.suspicions.on('suspected', (...suspicion) => suspicions.push(suspicion.slice(0, 2)))
  network.damage(1, 2)
  settle()
  t.deepEqual(suspicions, [[1, 2]], 'whoever received the nonsense reports its sender, and is not reported in turn')
  t.is(log.length, 2)
  home.declareDead(1, 'it talks nonsense')
  const died: number[] = []
  kernels[1].membership.events.on('died', ({ id }) => died.push(id))
  settle()
  t.deepEqual(died, [1], 'also when the link was down before')
})

test('a kernel is suspected when its link to the supervisor breaks, whichever of the two received nonsense', (t) => {
  for (const [from, to] of [
    [1, SUPERVISOR],
    [SUPERVISOR, 1],
  ] as const) {
    const { home, joinAll, settle, network } = system(1)
    joinAll()
    const suspicions: unknown[][] = []
    home.suspicions.on('suspected', (...suspicion) => suspicions.push(suspicion.slice(0, 2)))
    network.damage(from, to)
    settle()
    t.deepEqual(suspicions, [[1, SUPERVISOR]])
  }
})

test('what the dead had still to say of others is no suspicion', (t) => {
  const { home, kernels, joinAll, settle, delivery } = system(2)
  joinAll()
  home.suspicions.on('suspected', () => t.fail())
  kernels[0].messenger.send(SUPERVISOR, membership.suspect, { id: 2, reason: 'it looks at me' })
  while (delivery.step());
  home.declareDead(1, 'shot')
  settle()
  t.true(home.isAlive(2))
})

test('a node descriptor survives packing', (t) => {
  const odd = { ...node('ö'), labels: JSON.parse('{"__proto__":"x","":"y"}') as Record<string, string> }
  t.deepEqual(unpackNode(packNode(odd)), odd)
  const own = describeNode({ labels: { gpu: 'yes' }, cost: 2 })
  t.is(own.isa, process.arch)
  t.true(own.cores >= 1 && own.memoryBytes > 0)
  t.is(own.speed, 0, 'not measured unless asked')
  t.deepEqual(unpackNode(packNode(own)), own)
})

test('the calibration gives millions of steps per second', (t) => {
  const speed = measureSpeed()
  t.true(speed > 1 && speed < 100_000, `${speed}`)
})
