type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value
const fail = async (message: string): Promise<never> => {
  throw new Error(message)
}

async function outcome(action: () => Promise<unknown>): Promise<unknown> {
  try {
    return await action()
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : `thrown ${String(error)}`
  }
}

async function* counter(log: Log, from: number, to = from + 3): AsyncGenerator<number, string, string | undefined> {
  log('begins')
  try {
    for (let i = from; i < to; i++) {
      const sent = yield await tick(i)
      if (sent) log('got', await tick(sent))
    }
  } catch (error) {
    log('caught', await tick(error))
    yield -1
  } finally {
    log('closing', await tick(0))
    yield -2
    log('closed')
  }
  return tick('end')
}

async function* delegating(log: Log): AsyncGenerator<unknown, unknown, unknown> {
  const result = yield* counter(log, 10, 12)
  log('result', result)
  log('last', yield* [1, tick(2)])
  yield* new Map([['k', 'v']])
  try {
    yield* (function* () { try { yield 1; yield 2 } finally { log('sync closed') } })() // prettier-ignore
  } finally {
    log('left')
  }
  return yield* (async function* () { yield 'x'; return tick('y') })() // prettier-ignore
}

class Source {
  closed = 0
  constructor(readonly items: readonly unknown[]) {}
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    try {
      for (const item of this.items) yield item
    } finally {
      this.closed += await tick(1)
    }
  }
  static async *of(...items: unknown[]): AsyncGenerator<unknown> {
    yield* new Source(items)
  }
}

const literal = {
  factor: 3,
  async *scaled(xs: number[]) {
    for (const x of xs) yield x * this.factor
  },
}

export async function main(log: Log): Promise<void> {
  const it = counter(log, 1)
  log(await it.next('ignored'), await it.next('one'))
  log(await it.throw(new Error('in')), await it.next(), await it.next(), await it.next())
  const returned = counter(log, 5)
  await returned.next()
  log(await returned.return(tick('r') as never), await returned.next(), await returned.next())
  const early = counter(log, 7)
  log(await early.return(tick('never began') as never), await early.next())
  const thrown = counter(log, 7)
  log(await outcome(() => thrown.throw(new RangeError('early'))), await thrown.next())

  const outer = delegating(log)
  log(await outer.next(), await outer.next('to inner'), await outer.throw(new Error('inner catches')))
  for (let result = await outer.next(); !result.done; result = await outer.next()) log(result.value)
  log(await outer.next())
  const closing = delegating(log)
  for (let i = 0; i < 8; i++) await closing.next()
  log(await closing.return('c'), await closing.next())

  // Requests wait for their turns.
  const queue = counter(log, 20, 22)
  const requests = [queue.next(), queue.next('a'), queue.next('b'), queue.return('q'), queue.next()]
  log(await Promise.all(requests))
  log(await Promise.all([Source.of(1, 2).next(), literal.scaled([2]).next()]))

  for await (const x of counter(log, 30, 32)) log('for await', x)
  const source = new Source(['a', tick('b'), 'c'])
  for await (const x of source) if (x === 'b') break
  log('closed', source.closed)
  log(await outcome(async () => { for await (const x of source) throw new Error(`body ${x}`) }), source.closed) // prettier-ignore
  log(await outcome(async () => { for await (const x of source) return x }), source.closed) // prettier-ignore
  rows: for (const row of [1, 2]) {
    for await (const x of source) {
      if (x === 'b') continue rows
      log(row, x)
    }
  }
  log('closed', source.closed)
  log(await outcome(async () => { for await (const x of Source.of(1, fail('rejected'))) log(x) })) // prettier-ignore
  log(await outcome(async () => { for await (const x of [1, fail('in array')]) log(x) })) // prettier-ignore
  for await (const { a, b = await tick('default') } of [{ a: 1 }, tick({ a: 2, b: 3 })]) log(a, b)
  for await (const [k, v] of new Map([['m', tick(1)]])) log(k, await v)
  let target: Record<string, unknown> = {}
  for await (target.x of new Set([tick(1), 2])) log(target)
  const makers: (() => unknown)[] = []
  for await (const x of [1, 2]) makers.push(() => x)
  log(makers.map((make) => make()))
  log(await outcome(async () => { for await (const x of 5 as never) log(x) })) // prettier-ignore
  log(await outcome(async () => { for await (const x of { [Symbol.asyncIterator]: () => ({ next: () => 1 }) } as never) log(x) })) // prettier-ignore
  log(await outcome(async () => { for await (const x of { [Symbol.asyncIterator]: () => ({ next: () => ({ done: false, value: 1 }), return: () => fail('close') }) } as never) if (x) break })) // prettier-ignore
  log(await outcome(async () => { for await (const x of { [Symbol.asyncIterator]: () => ({ next: () => ({ done: false, value: 1 }), return: () => fail('close') }) } as never) throw new Error(`first ${x}`) })) // prettier-ignore
  const manual = { n: 0, [Symbol.asyncIterator]() { return this }, async next() { return { done: this.n > 1, value: fails(this.n++) } }, return() { log('manual return'); return { done: true } } } // prettier-ignore
  for await (const x of manual as unknown as AsyncIterable<unknown>) log('not awaited', await x)

  // A value is awaited where it is yielded or returned, within `try`.
  const inner = (async function* () {
    try {
      yield fail('yielded')
    } catch (error) {
      log((error as Error).message)
    }
    try {
      return await tick(fail('returned'))
    } catch (error) {
      log((error as Error).message)
    }
    try {
      return fail('returned plainly')
    } catch (error) {
      log('caught', (error as Error).message)
    }
    yield tick(tick(1))
    return 2
  })()
  log(await inner.next(), await inner.next(), await inner.next())
  const stopped = (async function* () { try { yield 1 } catch (error) { yield `caught ${(error as Error).message}` } })() // prettier-ignore
  await stopped.next()
  log(await stopped.return(fail('while returning') as never), await stopped.next())
  const fresh = counter(log, 0)
  log(await outcome(() => fresh.return(fail('rejected return') as never)), await fresh.next())

  let captured = 0
  async function* capturing(this: unknown, limit: number) {
    for (let i = 0; i < limit; i++) {
      const add = (): number => (captured += i)
      yield add
    }
    yield [arguments.length, this]
  }
  for await (const add of capturing.call('self', 3)) log(typeof add === 'function' ? await tick(add()) : add)
  log(captured)
  log(String(it), it instanceof counter, counter.name, counter.length, it[Symbol.asyncIterator]() === it)
  log(await outcome(() => it.next.call({} as never)), Object.keys(it))
  const failing = async function* (value: { x: number } = undefined as never, { x } = value) { yield x } // prettier-ignore
  try {
    failing()
  } catch (error) {
    log((error as Error).name)
  }
  const override = (async function* (): AsyncGenerator<number, string> { try { yield 1 } finally { return 'override' } })() // prettier-ignore
  await override.next()
  log(await override.throw(new Error('dropped')), await override.next())
  log(await outcome(async () => { const d = (async function* () { yield* { [Symbol.asyncIterator]: () => ({ next: () => ({ done: false, value: 1 }) }) } as never })(); await d.next(); return d.throw(new Error('no way')) })) // prettier-ignore
}

const fails = (n: number): unknown => (n < 2 ? Promise.resolve(n) : undefined)
