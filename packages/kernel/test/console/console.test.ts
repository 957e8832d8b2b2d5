import test from 'ava'
import { message, protocol, SUPERVISOR, u32, type KernelId } from '@atoll/messaging'
import { KernelConsole } from '../../src/console/console.js'
import { consoles } from '../../src/console/protocol.js'
import { World } from '../waits/world.js'

const talk = protocol('console-test', 201, {
  say: message(1, { n: u32 }),
  sayBulk: message(2, { n: u32 }, { priority: 'bulk' }),
})

/** Kernels 1 … 3 with consoles, and what arrives at them and at the supervisor. */
function setup() {
  const world = new World()
  const heard: string[] = []
  const supervisor = world.messenger(SUPERVISOR)
  const known =
    (self: KernelId) =>
    (from: KernelId, { counts }: { readonly counts: readonly { kernel: number; lines: number }[] }) =>
      heard.push(`${self} knows from ${from}: ${counts.map(({ kernel, lines }) => `${lines} of ${kernel}`).join(', ')}`)
  supervisor.on(consoles.write, (from, { stream, line, data }) =>
    heard.push(`line ${line} of ${from} (${stream}): ${Buffer.from(data).toString()}`),
  )
  supervisor.on(consoles.known, known(SUPERVISOR))
  const kernels = [1, 2, 3].map((id) => {
    const messenger = world.messenger(id)
    const own = new KernelConsole(id, messenger)
    messenger.on(talk.say, (from, { n }) => heard.push(`${id} hears ${n} from ${from}`))
    messenger.on(talk.sayBulk, (from, { n }) => heard.push(`${id} hears ${n} in bulk from ${from}`))
    return {
      write: (text: string, stream: 'stdout' | 'stderr' = 'stdout') => {
        own.write(9, stream, text)
      },
      say: (to: KernelId, n: number) => {
        messenger.send(to, talk.say, { n })
      },
      sayBulk: (to: KernelId, n: number) => {
        messenger.send(to, talk.sayBulk, { n })
      },
      messenger,
    }
  })
  const [first, second, third] = kernels as [(typeof kernels)[0], (typeof kernels)[0], (typeof kernels)[0]]
  const news = (): string[] => {
    world.settle()
    return heard.splice(0)
  }
  return { first, second, third, news, world }
}

test("a kernel's lines are numbered", (t) => {
  const { first, news } = setup()
  first.write('a\n')
  first.write('ä\n', 'stderr')
  t.deepEqual(news(), ['line 1 of 1 (1): a\n', 'line 2 of 1 (2): ä\n'])
})

test('while nobody prints, nothing is said about lines', (t) => {
  const { first, second, news } = setup()
  first.say(2, 1)
  second.say(3, 2)
  t.deepEqual(news(), ['2 hears 1 from 1', '3 hears 2 from 2'])
})

test('what a kernel knows to have been printed precedes its line, over any chain of messages', (t) => {
  const { first, second, third, news } = setup()
  first.write('one')
  first.say(2, 1)
  news()
  second.say(3, 2)
  news()
  third.write('two')
  t.deepEqual(news(), ['0 knows from 3: 1 of 1', 'line 1 of 3 (1): two'])
})

test('only what has changed is said again', (t) => {
  const { first, second, third, news } = setup()
  first.write('one')
  first.say(2, 1)
  first.say(2, 2)
  news()
  second.write('two')
  second.write('three')
  t.deepEqual(news(), ['0 knows from 2: 1 of 1', 'line 1 of 2 (1): two', 'line 2 of 2 (1): three'])
  second.say(3, 3)
  news()
  third.write('four')
  third.write('five')
  t.deepEqual(news(), ['0 knows from 3: 1 of 1, 2 of 2', 'line 1 of 3 (1): four', 'line 2 of 3 (1): five'])
})

test('a kernel is not told about its own lines', (t) => {
  const { first, second, news } = setup()
  first.write('one')
  first.say(2, 1)
  news()
  second.say(1, 2)
  first.write('two')
  t.deepEqual(
    news().filter((each) => each.includes('knows')),
    [],
  )
})

test('each lane carries the knowledge on its own, for one may overtake the other', (t) => {
  const { first, second, third, news, world } = setup()
  for (const say of ['say', 'sayBulk'] as const) {
    const fresh = setup()
    fresh.first.write('one')
    fresh.first[say](2, 1)
    fresh.news()
    fresh.second.write('two')
    t.true(fresh.news().includes('0 knows from 2: 1 of 1'), say)
  }
  first.write('one')
  first.say(2, 1)
  first.sayBulk(2, 2)
  // The bulk message arrives first.
  while (world.choices.some(({ priority }) => priority === 'bulk')) {
    world.deliver(world.choices.find(({ priority }) => priority === 'bulk')!)
  }
  second.write('two')
  t.true(news().some((each) => each.startsWith('0 knows from 2: 1 of 1')))
  third.write('three')
  t.deepEqual(news(), ['line 1 of 3 (1): three'], 'who has heard nothing waits for nothing')
})
