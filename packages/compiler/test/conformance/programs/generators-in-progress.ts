type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

/** What `action` gives or throws, as text. */
function outcome(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : `thrown ${String(error)}`
  }
}

function* counter(log: Log, from: number, to = from + 3): Generator<number, string, string | undefined> {
  log('begins')
  try {
    for (let i = from; i < to; i++) {
      const sent = yield i
      if (sent) log('got', sent)
    }
  } catch (error) {
    log('caught', error)
    const more = yield -1
    log('more', more)
  } finally {
    log('closing')
    yield -2
    log('closed')
  }
  return 'end'
}

function* delegating(log: Log): Generator<unknown, unknown, never> {
  const result = yield* counter(log, 10, 12)
  log('result', result)
  const last = yield* [1, 2]
  log('last', last)
  yield* new Map([['k', 'v']])
  yield* 'añ🎉'
  return yield* new Set(['s'])
}

class Tree {
  constructor(
    readonly value: number,
    readonly left: Tree | null = null,
    readonly right: Tree | null = null,
  ) {}
  *[Symbol.iterator](): Generator<number> {
    if (this.left) yield* this.left
    yield this.value
    if (this.right) yield* this.right
  }
  static *named(...names: string[]): Generator<string> {
    for (const name of names) yield `${this.name} ${name}`
  }
  *of(): Generator<number> {
    yield arguments.length
    const doubled = (): number => this.value * 2
    yield doubled()
  }
}

function* evaluation(log: Log): Generator<unknown, unknown, number> {
  const pair = [yield 'first', yield 'second']
  log(pair)
  const object = { [String(yield 'key')]: yield 'value', ...{ spread: yield 'spread' } }
  log(object)
  log(`${yield 't1'} and ${yield 't2'}`, (yield 'left') + (yield 'right'))
  const chosen = (yield 'test') ? yield 'then' : yield 'else'
  log('chosen', chosen, (yield 'and') && (yield 'reached'), (yield 'nullish') ?? (yield 'default'))
  let n = 1
  n += yield n
  log('n', n)
  switch (yield 'case') {
    case yield 'a':
      log('case a')
    // falls through
    case yield 'b':
      log('case b', yield 'in b')
      break
    default:
      log('default')
  }
  outer: for (let i = 0; i < 3; i++) {
    for (const j of [0, 1, 2]) {
      if (j === 1) continue outer
      if (i === 2) break outer
      yield [i, j]
    }
  }
  do n--
  while (yield n)
  for (const key in { x: 1, y: 2 }) yield key
  return yield yield 'twice'
}

export async function main(log: Log): Promise<void> {
  const it = counter(log, 1)
  log('made', await tick(it.next('ignored')))
  await tick(0)
  log(it.next('one'), await tick(it.throw(new Error('in'))))
  log(await tick(it.next('and more')), it.next(), it.next())
  const returned = counter(log, 5)
  returned.next()
  log(await tick(returned.return('r')), returned.next(), returned.next())
  const early = counter(log, 7)
  log(await tick(early.return('never began')), early.next())
  const thrown = counter(log, 7)
  log(outcome(() => thrown.throw(new RangeError('early'))), await tick(thrown.next()))

  const outer = delegating(log)
  log(outer.next(), await tick(outer.next()), outer.throw(new Error('inner catches')))
  await tick(0)
  for (let result = outer.next(); !result.done; result = outer.next()) log(await tick(result.value))
  const closing = delegating(log)
  closing.next()
  log(await tick(closing.return(0)), closing.next(), closing.next())

  const tree = new Tree(4, new Tree(2, new Tree(1)), new Tree(6, null, new Tree(7)))
  const inorder = tree[Symbol.iterator]()
  log(inorder.next(), await tick(inorder.next()), [...inorder])
  for (const x of tree) log(await tick(x))
  for (const x of Tree.named('a', 'b')) log(await tick(x))
  for (const x of tree.of()) log(await tick(x))

  const answers = ['f', 's', 'k', 'v', { z: 1 }, 't', 'T', 3, 4, 0, 'e', 1, 'r', null, 'd', 5, 'b', 'a', 'b', 'in', 0]
  const steps = evaluation(log)
  log(steps.next())
  for (const answer of answers) log(await tick(steps.next(answer as number)))
  for (let result = steps.next(0); !result.done; result = steps.next(0)) log(await tick(result))

  // Its own state, and what it captures, stay one.
  let shared = 0
  const self: { it?: Generator<number> } = {}
  function* cyclic(): Generator<number> {
    for (;;) {
      shared += self.it === me ? 1 : 100
      yield shared
    }
  }
  const me = (self.it = cyclic())
  log(me.next(), await tick(me.next()), shared)
  const busy = (function* (): Generator<unknown> { yield outcome(() => busyRef.it?.next()) })() // prettier-ignore
  const busyRef: { it?: Iterator<unknown> } = { it: busy }
  log(await tick(busy.next()))

  log(outcome(() => new (counter as never)()), outcome(() => it.next.call({} as never)), outcome(() => [...(5 as never)]))
  log(String(it), it instanceof counter, Object.getPrototypeOf(it) === counter.prototype, counter.name, counter.length)
  const local = function* named(a: number, b: number): Generator<number> { yield a + b } // prettier-ignore
  const made = local(1, 2)
  await tick(0)
  log(made instanceof local, Object.getPrototypeOf(made) === local.prototype, local.name, local.length, made.next())
  const prototype = Object.getPrototypeOf(counter.prototype) as object
  log(Object.getOwnPropertyNames(prototype).sort(), Object.getPrototypeOf(counter).prototype === prototype)
  log(Object.keys(it), Reflect.ownKeys(counter.prototype as object), made[Symbol.iterator]() === made)
  const failing = (function* (value: { x: number } = undefined as never, { x } = value) { yield x }) // prettier-ignore
  log(String(outcome(() => failing())).slice(0, 9), failing({ x: 3 }).next())
  const rest = (function* ({ a = 1 } = {}, [b] = [2], ...others: number[]) { yield [a, b, others] }) // prettier-ignore
  log(rest().next(), rest({ a: 5 }, [6], 7, 8).next())
  const results = (function* () { return { then: (f: (x: number) => void) => f(9) } })() // prettier-ignore
  log(Object.keys(results.next().value as object))
  const override = (function* (): Generator<number, string> { try { yield 1 } finally { return 'override' } })() // prettier-ignore
  override.next()
  log(outcome(() => override.throw(new Error('dropped'))), await tick(0))
  const continued = (function* () { for (const i of [1, 2]) { try { yield i } finally { continue } } })() // prettier-ignore
  continued.next()
  log(continued.return(5 as never), await tick(continued.next()))
  const unclosable = (function* () { yield* { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) } as never })() // prettier-ignore
  unclosable.next()
  log(outcome(() => unclosable.throw(new Error('no way'))), await tick(unclosable.next()))
}
