import test, { type ExecutionContext } from 'ava'
import {
  AlreadyRepliedError,
  bytes,
  describeDown,
  FieldValueError,
  LinkFullError,
  list,
  MalformedMessageError,
  MemoryNetwork,
  message,
  MessageTooLargeError,
  Messenger,
  PeerDownError,
  protocol,
  ProtocolDeclarationError,
  ReentrantPollError,
  request,
  RequestFailedError,
  SteppedDelivery,
  string,
  u32,
  type LinkLimits,
  type MessagingError,
} from '../src/index.js'
import { randomFrom } from './random.js'

const sample = protocol('sample', 77, {
  note: message(1, { n: u32 }),
  blob: message(2, { data: bytes }, { priority: 'bulk' }),
  twice: request(3, { n: u32 }, { n: u32 }),
  slow: request(4, { name: string }, { names: list(string) }, { priority: 'bulk' }),
})

/** Objects without a prototype have no text. */
const inWords = (value: unknown): string =>
  Object.getPrototypeOf(Object(value)) === null ? 'an odd object' : String(value)

/** Kernels 1 … n in one isolate, and what their logs say. */
function kernels(count: number, seed = 1, limits: Partial<LinkLimits> = {}) {
  const delivery = new SteppedDelivery(randomFrom(seed))
  const network = new MemoryNetwork(delivery, limits)
  const log: string[] = []
  const note = (level: string) => (text: string, details?: object) => {
    log.push([level, text, ...Object.values(details ?? {})].map(inWords).join(' '))
  }
  const messengers = Array.from(
    { length: count },
    (_, index) =>
      new Messenger({ transport: network.transport(index + 1), log: { warn: note('warn'), error: note('error') } }),
  )
  /** Everything arrives and is handled, and what that causes. */
  const settle = (): void => {
    let busy = true
    while (busy) {
      busy = delivery.step()
      for (const messenger of messengers) busy = messenger.poll(64) > 0 || messenger.pending || busy
    }
  }
  return { messengers, network, delivery, log, settle }
}

test('messages reach their handlers with sender and values, inside poll only', (t) => {
  const { messengers, delivery, settle } = kernels(2)
  const [one, two] = messengers
  const seen: unknown[] = []
  two.on(sample.note, (from, note) => seen.push(from, note))
  one.send(2, sample.note, { n: 7 })
  while (delivery.step());
  t.deepEqual(seen, [])
  settle()
  t.deepEqual(seen, [1, { n: 7 }])
})

test('a request ends with its reply, however many are open and in whatever order they are answered', (t) => {
  const { messengers, settle } = kernels(2, 3)
  const [one, two] = messengers
  const answers: (() => void)[] = []
  two.serve(sample.twice, (_from, { n }, reply) => {
    if (n % 2 === 0) reply({ n: 2 * n })
    else answers.unshift(() => reply({ n: 2 * n }))
  })
  const replies = new Map<number, number>()
  for (let n = 0; n < 200; n++) {
    one.request(2, sample.twice, { n }, (error, reply) => {
      if (error !== null) throw error
      t.false(replies.has(n))
      replies.set(n, reply.n)
    })
  }
  settle()
  t.is(replies.size, 100)
  t.is(one.openRequests, 100)
  for (const answer of answers) answer()
  settle()
  t.is(one.openRequests, 0)
  t.deepEqual(
    [...replies].filter(([n, reply]) => reply !== 2 * n),
    [],
  )
  t.is(replies.size, 200)
})

test('a request to a peer that dies ends with PeerDownError, whenever it dies', (t) => {
  for (let steps = 0; steps < 4; steps++) {
    const { messengers, network, delivery, settle } = kernels(2)
    const [one, two] = messengers
    two.serve(sample.twice, () => undefined)
    const outcome = outcomeOf(one, 2)
    for (let step = 0; step < steps; step++) {
      delivery.step()
      two.poll(64)
    }
    network.lose(2)
    t.is(outcome.error, undefined)
    one.peerDied(2, 'shot')
    settle()
    t.true(outcome.error instanceof PeerDownError)
    t.is(outcome.error?.message, 'kernel 2 went down (died: shot) before it answered sample.twice')
    const later = outcomeOf(one, 2)
    t.is(later.error, undefined, 'not before the next poll')
    t.true(one.pending)
    settle()
    t.true(later.error instanceof PeerDownError)
  }
})

test('a reply that arrived before its peer was declared dead still counts', (t) => {
  const { messengers, delivery } = kernels(2)
  const [one, two] = messengers
  two.serve(sample.twice, (_from, { n }, reply) => reply({ n: n + 1 }))
  const outcome = outcomeOf(one, 2)
  while (delivery.step()) two.poll(64)
  one.peerDied(2, 'shot')
  one.poll(64)
  t.deepEqual(outcome, { calls: 1, error: null, n: 6 })
})

test('peerDown is told once, after the last message and the failed requests', (t) => {
  const { messengers, settle } = kernels(2)
  const [one, two] = messengers
  const events: string[] = []
  one.on(sample.note, (_from, { n }) => events.push(`note ${n}`))
  one.events.on('peerDown', (peer, reason) => events.push(`down ${peer} ${describeDown(reason)}`))
  one.request(2, sample.twice, { n: 1 }, (error, _reply) => {
    events.push(error?.name ?? 'reply')
  })
  two.serve(sample.twice, () => undefined)
  two.send(1, sample.note, { n: 1 })
  settle()
  two.send(1, sample.note, { n: 2 })
  two.close()
  settle()
  t.deepEqual(events, ['note 1', 'note 2', 'PeerDownError', 'down 2 closed: kernel 2 closed the link'])
})

test('a message to oneself goes through the same handlers, later and copied', (t) => {
  const { messengers, settle } = kernels(1)
  const [one] = messengers
  const seen: unknown[] = []
  one.on(sample.blob, (from, { data }) => seen.push(from, data))
  one.serve(sample.twice, (_from, { n }, reply) => reply({ n: 2 * n }))
  const data = new Uint8Array([1, 2])
  one.send(1, sample.blob, { data })
  data.fill(0)
  const outcome = outcomeOf(one, 1)
  t.deepEqual(seen, [])
  t.true(one.pending)
  t.false(one.park())
  settle()
  t.deepEqual(seen, [1, new Uint8Array([1, 2])])
  t.deepEqual(outcome, { calls: 1, error: null, n: 10 })
  t.true(one.park())
})

test('a parked kernel is woken by what a host callback sends to itself, or to the dead', (t) => {
  const { messengers } = kernels(2)
  const [one] = messengers
  let rings = 0
  one.onDoorbell(() => rings++)
  one.on(sample.note, () => undefined)
  one.peerDied(2, 'shot')
  while (one.poll(8) > 0 || one.pending);
  t.true(one.park())
  one.send(1, sample.note, { n: 1 })
  one.send(1, sample.note, { n: 2 })
  t.is(rings, 1)
  t.is(one.poll(64), 2)
  t.true(one.park())
  outcomeOf(one, 2)
  t.is(rings, 2)
  t.is(one.poll(64), 1)
  t.true(one.park())
})

test('poll tells of events and failed requests too', (t) => {
  const { messengers } = kernels(2)
  const [one] = messengers
  outcomeOf(one, 2)
  one.peerDied(2, 'shot')
  t.is(one.poll(64), 2, 'the request that failed, and peerDown')
  t.is(one.poll(64), 0)
})

test('a kernel that keeps sending to itself still hears the others', (t) => {
  const { messengers, delivery } = kernels(2)
  const [one, two] = messengers
  const seen: number[] = []
  one.on(sample.note, (from, { n }) => {
    seen.push(from)
    if (from === 1) one.send(1, sample.note, { n: n + 1 })
  })
  for (let n = 0; n < 100; n++) one.send(1, sample.note, { n })
  two.send(1, sample.note, { n: 0 })
  while (delivery.step());
  t.true(one.poll(64) <= 33)
  t.is(seen.filter((from) => from === 2).length, 1)
})

test('a kernel that keeps sending to itself in one lane still hears itself in the other', (t) => {
  const [one] = kernels(1).messengers
  let blobs = 0
  one.on(sample.note, (_from, note) => one.send(1, sample.note, note))
  one.on(sample.blob, () => blobs++)
  for (let n = 0; n < 100; n++) one.send(1, sample.note, { n })
  one.send(1, sample.blob, { data: new Uint8Array(0) })
  one.poll(64)
  t.is(blobs, 1)
})

test('a kernel that does not understand itself takes down its link to itself, and sleeps', (t) => {
  const { messengers, log } = kernels(1)
  const [one] = messengers
  const decode = (): never => {
    throw new MalformedMessageError('what?')
  }
  const garbled = { ...sample.note, codec: { ...sample.note.codec, decode } }
  one.on(garbled, () => t.fail())
  one.serve(sample.twice, () => undefined)
  const downs: number[] = []
  one.events.on('peerDown', (peer) => downs.push(peer))
  const open = outcomeOf(one, 1)
  one.poll(64)
  one.send(1, garbled, { n: 1 })
  one.poll(64)
  t.deepEqual(downs, [1])
  t.true(open.error instanceof PeerDownError)
  t.is(log.length, 1)
  const later = outcomeOf(one, 1)
  one.poll(64)
  t.true(later.error instanceof PeerDownError)
  t.false(one.pending)
  t.true(one.park())
})

test('a handler or callback that throws is logged, and those behind it run', (t) => {
  const { messengers, log, settle } = kernels(2)
  const [one, two] = messengers
  const seen: number[] = []
  two.on(sample.note, (_from, { n }) => {
    if (n === 0) throw new Error('ouch')
    seen.push(n)
  })
  two.serve(sample.twice, (_from, { n }, reply) => reply({ n }))
  one.send(2, sample.note, { n: 0 })
  one.send(2, sample.note, { n: 1 })
  one.request(2, sample.twice, { n: 1 }, () => {
    throw new Error('oh')
  })
  one.events.on('peerDown', () => {
    throw new Error('ah')
  })
  settle()
  two.close()
  settle()
  t.deepEqual(seen, [1])
  t.deepEqual(log, [
    'error a message handler threw sample.note 1 Error: ouch',
    'error a request callback threw sample.twice 2 Error: oh',
    "error a messenger's listener threw 1 Error: ah",
  ])
})

test('a request whose handler throws, fails, or does not exist ends with RequestFailedError', (t) => {
  const { messengers, settle, log } = kernels(4)
  const [one, two, three] = messengers
  two.serve(sample.twice, () => {
    throw new Error('no such thread')
  })
  three.serve(sample.twice, (_from, _query, _reply, fail) => fail('not today'))
  const outcomes = [2, 3, 4].map((peer) => outcomeOf(one, peer))
  settle()
  t.true(outcomes.every(({ error }) => error instanceof RequestFailedError))
  t.deepEqual(
    outcomes.map(({ error }) => error?.message),
    [
      'kernel 2 failed to serve sample.twice: no such thread',
      'kernel 3 failed to serve sample.twice: not today',
      'kernel 4 failed to serve sample.twice: kernel 4 serves no request 3 of protocol 77',
    ],
  )
  t.is(log.filter((line) => line.startsWith('warn a message that nobody serves')).length, 1)
})

test('a reply that does not fit its shape fails the request and throws to its maker', (t) => {
  const { messengers, settle, log } = kernels(2)
  const [one, two] = messengers
  two.serve(sample.twice, (_from, _query, reply) => {
    t.throws(() => reply({ n: -1 }), { instanceOf: FieldValueError })
    t.throws(() => reply({ n: 1 }), { instanceOf: AlreadyRepliedError })
  })
  const outcome = outcomeOf(one, 2)
  settle()
  t.true(outcome.error instanceof RequestFailedError)
  t.regex(outcome.error?.message ?? '', /sample\.twice reply\.n must be an integer/)
  t.deepEqual(log, [])
})

test('whatever a handler throws, and however it refuses, the request ends', (t) => {
  const thrown = [undefined, Symbol('s'), Object.create(null), new Error('long '.repeat(100_000))] as unknown[]
  for (const error of thrown) {
    const { messengers, settle } = kernels(2, 1, { maxMessageBytes: 100_000 })
    messengers[1].serve(sample.twice, () => {
      throw error
    })
    const outcome = outcomeOf(messengers[0], 2)
    settle()
    t.true(outcome.error instanceof RequestFailedError)
  }
  const { messengers, settle } = kernels(2)
  messengers[1].serve(sample.twice, (_from, _query, _reply, fail) => fail(5 as unknown as string))
  const outcome = outcomeOf(messengers[0], 2)
  settle()
  t.regex(outcome.error?.message ?? '', /failure\.why must be a string/)
})

test('a request that is too large throws and stays unopened; one whose reply is too large fails', (t) => {
  const { messengers, settle } = kernels(2, 1, { maxMessageBytes: 1000 })
  const [one, two] = messengers
  t.throws(() => one.request(2, sample.slow, { name: 'x'.repeat(1000) }, () => t.fail()), {
    instanceOf: MessageTooLargeError,
    message: "a message of 1012 bytes to kernel 2 exceeds the link's limit of 1000: split it",
  })
  t.is(one.openRequests, 0)
  two.serve(sample.slow, (_from, { name }, reply) => {
    t.throws(() => reply({ names: [name, name] }), { instanceOf: MessageTooLargeError })
  })
  const outcomes: unknown[] = []
  one.request(2, sample.slow, { name: 'x'.repeat(600) }, (error, _reply) => outcomes.push(error))
  settle()
  t.is(outcomes.length, 1)
  t.true(outcomes[0] instanceof RequestFailedError)
  t.regex(String(outcomes[0]), /a message of 1220 bytes to kernel 1 exceeds the link's limit of 1000/)
})

test('a message that is too large by far is refused before any memory is made for it', (t) => {
  const { send } = protocol('large', 78, { send: message(1, { n: u32, data: bytes }) })
  const [one] = kernels(2, 1, { maxMessageBytes: 1000 }).messengers
  const value = {
    data: new Uint8Array(4000),
    get n(): number {
      throw new Error('it is being encoded')
    },
  }
  t.throws(() => one.send(2, send, value), { instanceOf: MessageTooLargeError })
})

test('a request that cannot be encoded throws and stays unopened', (t) => {
  const [one] = kernels(2).messengers
  t.throws(() => one.request(2, sample.twice, { n: 0.5 }, () => t.fail()), { instanceOf: FieldValueError })
  t.is(one.openRequests, 0)
})

test('a message that no correct kernel sends closes its link with a logged reason, and nothing is handled', (t) => {
  const garbage: [string, number[]][] = [
    ['no room for its header', [77, 1, 0]],
    ['truncated', [77, 1, 0, 0, 0, 0, 0, 0, 1, 2]],
    ['bytes too many', [77, 1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5]],
    ['the unknown kind 9', [77, 1, 9, 0, 0, 0, 0, 0]],
    ['the unknown kind 256', [77, 1, 0, 1, 0, 0, 0, 0]],
    ['sample.note as a request', [77, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0]],
    ['sample.twice as a one-way message', [77, 3, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]],
    ['an answer to a request that was not made', [77, 3, 2, 0, 9, 0, 0, 0, 1, 0, 0, 0]],
    ['an answer to a request that was not made', [77, 3, 3, 0, 9, 0, 0, 0, 0, 0, 0, 0]],
  ]
  for (const [reason, content] of garbage) {
    const { messengers, network, log, settle, delivery } = kernels(2)
    const [, two] = messengers
    const forger = network.transport(3)
    two.on(sample.note, () => t.fail())
    two.serve(sample.twice, () => t.fail())
    const downs: number[] = []
    two.events.on('peerDown', (peer) => downs.push(peer))
    forger.connect(2).send('control', new Uint8Array(content), content.length)
    settle()
    t.deepEqual(downs, [3])
    t.is(log.length, 1)
    t.true(log[0].includes('malformed') && log[0].includes(reason), log[0])
    while (delivery.step());
    forger.poll(8, () => undefined)
    t.is(forger.connect(2).downReason?.code, 'rejected')
  }
})

test('an answer to somebody else, or of another type, is malformed', (t) => {
  for (const kind of ['stranger', 'type'] as const) {
    const { messengers, network, log, settle } = kernels(2)
    const [one, two] = messengers
    two.serve(sample.twice, () => undefined)
    const outcome = outcomeOf(one, 2)
    settle()
    const forger = network.transport(3)
    const correlation = [0, 0, 64, 0] // the first slot's first generation
    const answer = new Uint8Array([77, kind === 'type' ? 4 : 3, 2, 0, ...correlation, 1, 0, 0, 0])
    forger.connect(1).send('control', answer, answer.length)
    settle()
    t.is(outcome.calls, 0)
    t.regex(log[0], /an answer to a request that was not made/)
  }
})

test('two types with one number, and two handlers of one type, are refused', (t) => {
  const [one] = kernels(1).messengers
  const rival = protocol('rival', 77, { other: message(1, {}) })
  one.on(sample.note, () => undefined)
  t.throws(() => one.on(sample.note, () => undefined), { instanceOf: ProtocolDeclarationError })
  t.throws(() => one.on(rival.other, () => undefined), {
    instanceOf: ProtocolDeclarationError,
    message: /rival\.other and sample\.note have the same ids/,
  })
  const second = protocol('second', 77, { other: message(200, {}) })
  t.throws(() => one.send(2, second.other, {}), {
    instanceOf: ProtocolDeclarationError,
    message: 'the protocols second and sample have the same id 77: give one another',
  })
})

test('poll refuses to be called from a handler', (t) => {
  const { messengers, settle, log } = kernels(1)
  const [one] = messengers
  one.on(sample.note, () => {
    t.throws(() => one.poll(8), { instanceOf: ReentrantPollError })
  })
  one.send(1, sample.note, { n: 1 })
  settle()
  t.deepEqual(log, [])
})

test('traffic counts messages and bytes by peer and by type, both ways', (t) => {
  const { messengers, settle } = kernels(2)
  const [one, two] = messengers
  two.on(sample.note, () => undefined)
  two.serve(sample.twice, (_from, { n }, reply) => reply({ n }))
  one.send(2, sample.note, { n: 1 })
  one.send(2, sample.note, { n: 1 })
  outcomeOf(one, 2)
  settle()
  const sent = (messagesSent: number, bytesSent: number, messagesReceived = 0, bytesReceived = 0) => {
    return { messagesSent, bytesSent, messagesReceived, bytesReceived }
  }
  t.deepEqual(one.traffic().peers.get(2), sent(3, 36, 1, 12))
  t.deepEqual(two.traffic().peers.get(1), sent(1, 12, 3, 36))
  t.deepEqual(one.traffic().types.get('sample.note'), sent(2, 24))
  t.deepEqual(two.traffic().types.get('sample.twice'), sent(0, 0, 1, 12))
  t.deepEqual(two.traffic().types.get('sample.twice reply'), sent(1, 12))
  t.deepEqual(one.traffic().types.get('sample.twice reply'), sent(0, 0, 1, 12))
})

test('what is sent before each message goes ahead of it, of replies too', (t) => {
  const { messengers, settle } = kernels(2)
  const [one, two] = messengers
  const order: string[] = []
  for (const [messenger, name] of [
    [one, 'one'],
    [two, 'two'],
  ] as const) {
    let sent = 0
    messenger.beforeSend((peer, priority) => {
      if (priority === 'control' && sent++ === 0) messenger.send(peer, sample.note, { n: 0 })
    })
    messenger.on(sample.note, () => order.push(`${name} is told`))
  }
  two.serve(sample.twice, (_from, { n }, reply) => {
    order.push('asked')
    reply({ n })
  })
  one.request(2, sample.twice, { n: 5 }, (_error, _reply) => {
    order.push('answered')
  })
  settle()
  t.deepEqual(order, ['two is told', 'asked', 'one is told', 'answered'])
})

test('a reply gets through a full lane, with what is sent ahead of it', (t) => {
  const { messengers, settle } = kernels(2, 1, { maxQueueBytes: 1000 })
  const [one, two] = messengers
  const order: string[] = []
  one.on(sample.note, (_from, { n }) => n > 0 && order.push(`note ${n}`))
  let answer = (): void => t.fail()
  two.serve(sample.twice, (_from, { n }, reply) => {
    answer = () => reply({ n })
  })
  one.request(2, sample.twice, { n: 5 }, (error, _reply) => {
    order.push(error?.message ?? 'answered')
  })
  settle()
  t.throws(
    () => {
      for (;;) two.send(1, sample.note, { n: 0 })
    },
    { instanceOf: LinkFullError },
  )
  let told = 0
  two.beforeSend((peer) => {
    if (told++ === 0) two.send(peer, sample.note, { n: 1 })
  })
  answer()
  settle()
  t.deepEqual(order, ['note 1', 'answered'])
})

test('closing a messenger ends its open requests', (t) => {
  const [one] = kernels(2).messengers
  const outcome = outcomeOf(one, 2)
  const own = outcomeOf(one, 1)
  one.serve(sample.twice, () => t.fail())
  one.close()
  t.true(outcome.error instanceof PeerDownError)
  t.true(own.error instanceof PeerDownError)
  t.false(one.pending)
  t.is(one.poll(64), 0)
})

test('a messenger that is closed while its kernel is parked rings no bell', (t) => {
  const [one] = kernels(2).messengers
  one.onDoorbell(() => t.fail())
  t.true(one.park())
  one.close()
  t.false(one.pending)
})

/** Sends `twice` with 5, and tells how it ended. */
function outcomeOf(messenger: Messenger, to: number) {
  const outcome: { calls: number; error: MessagingError | null | undefined; n: number } = {
    calls: 0,
    error: undefined,
    n: -1,
  }
  messenger.request(to, sample.twice, { n: 5 }, (error, reply) => {
    outcome.calls++
    outcome.error = error
    if (error === null) outcome.n = reply.n
  })
  return outcome
}

test('a seeded schedule is repeated by its seed', (t) => {
  t.deepEqual(trace(t, 5), trace(t, 5))
  t.notDeepEqual(trace(t, 5), trace(t, 6))
})

/** In what order messages of three kernels are handled. */
function trace(t: ExecutionContext, seed: number): string[] {
  const { messengers, settle, log } = kernels(3, seed)
  const order: string[] = []
  for (const { self } of messengers) {
    messengers[self - 1].on(sample.note, (from, { n }) => order.push(`${from}>${self}:${n}`))
    messengers[self - 1].on(sample.blob, (from, { data }) => order.push(`${from}>${self}:bulk ${data[0]}`))
  }
  for (let n = 0; n < 10; n++) {
    for (const { self } of messengers) {
      const to = (self % 3) + 1
      messengers[self - 1].send(to, sample.note, { n })
      messengers[self - 1].send(to, sample.blob, { data: new Uint8Array([n]) })
    }
  }
  settle()
  t.deepEqual(log, [])
  t.is(order.length, 60)
  return order
}
