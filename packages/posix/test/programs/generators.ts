import { sched_yield } from '@atoll/posix'
import { wander } from './support/wander.js'

function* fibonacci(): Generator<number, void, string | undefined> {
  let [a, b] = [0, 1]
  for (;;) {
    const told = yield a
    if (told) console.log('told', told)
    ;[a, b] = [b, a + b]
  }
}

function* take<T>(n: number, source: Iterable<T>): Generator<T> {
  try {
    for (const x of source) {
      if (n-- === 0) return
      yield x
    }
  } finally {
    console.log('taken')
  }
}

class Tree {
  constructor(
    readonly label: string,
    readonly branches: readonly Tree[] = [],
  ) {}
  *[Symbol.iterator](): Generator<string> {
    yield this.label
    for (const branch of this.branches) yield* branch
  }
  async *walk(): AsyncGenerator<string> {
    await wander()
    yield this.label
    for (const branch of this.branches) yield* branch.walk()
  }
}

async function* ticking(limit: number): AsyncGenerator<number, string, undefined> {
  try {
    for (let i = 0; i < limit; i++) {
      await wander()
      yield i
    }
    return 'done'
  } finally {
    await wander()
    console.log('ticked')
  }
}

export async function main(): Promise<void> {
  const numbers = fibonacci()
  const seen = [numbers.next().value]
  for (let i = 0; i < 6; i++) {
    await wander()
    seen.push(numbers.next(i === 3 ? 'on the way' : undefined).value)
  }
  console.log('fibonacci', seen, numbers instanceof fibonacci)

  for (const x of take(3, fibonacci())) {
    await wander()
    console.log('took', x)
  }

  const tree = new Tree('root', [new Tree('left', [new Tree('leaf')]), new Tree('right')])
  const labels = tree[Symbol.iterator]()
  const shared = { labels, first: labels.next().value as string }
  await wander()
  console.log('tree', shared.first, labels === shared.labels, [...labels])

  const walked: string[] = []
  for await (const label of tree.walk()) {
    await wander()
    walked.push(label)
  }
  console.log('walked', walked)

  for await (const n of ticking(5)) {
    await wander()
    if (n === 2) break
  }
  const ticks = ticking(2)
  const requests = [ticks.next(), ticks.next(), ticks.next(), ticks.next()]
  await wander()
  const results = []
  for (const request of requests) results.push(await request)
  for (const result of results) console.log('in turn', result)

  const ahead = ticking(9)
  const first = ahead.next()
  const end = ahead.return('early')
  await sched_yield()
  console.log('ended', await first, await end, await ahead.next())

  for await (const [key, value] of new Map([['a', wanderer(1)], ['b', wanderer(2)]])) { // prettier-ignore
    await wander()
    console.log(key, await value)
  }
  for await (const x of ['p', wanderer('q'), 'r']) console.log(x)
}

async function wanderer<T>(value: T): Promise<T> {
  await wander()
  return value
}
