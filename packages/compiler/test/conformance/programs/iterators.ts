type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

function counting(log: Log, limit: number, extra: Partial<Iterator<number>> = {}): Iterable<number> {
  return {
    [Symbol.iterator]() {
      let n = 0
      return {
        next() {
          log('next')
          return n < limit ? { value: n++, done: false } : { value: undefined, done: true }
        },
        return(value?: unknown) {
          log('return')
          return { value: value as undefined, done: true }
        },
        ...extra,
      }
    },
  }
}

function* generator(log: Log): Generator<number, string, unknown> {
  try {
    yield 1
    yield 2
    yield 3
  } finally {
    log('generator closed')
  }
  return 'unused'
}

async function attempt(log: Log, action: () => Promise<unknown>): Promise<void> {
  try {
    log('ok', await action())
  } catch (error) {
    log('thrown', error instanceof Error ? `${error.name}: ${error.message}` : error)
  }
}

export async function main(log: Log): Promise<void> {
  for (const x of counting(log, 2)) log('value', await tick(x))
  for (const x of counting(log, 5)) if (await tick(x === 1)) break
  for (const x of generator(log)) log('generated', await tick(x))
  for (const x of generator(log)) if ((await tick(x)) === 2) break
  outer: for (const x of generator(log)) {
    for (const y of counting(log, 2)) if ((await tick(x + y)) === 2) continue outer
  }
  await attempt(log, async () => {
    for (const x of counting(log, 3)) throw new Error(`in body ${await tick(x)}`)
  })
  await attempt(log, async () => {
    for (const x of counting(log, 3)) return `from body ${await tick(x)}`
    return 'end'
  })
  await attempt(log, async () => {
    for (const x of counting(log, 3, { next: () => { throw new Error('next failed') } })) log(await tick(x)) // prettier-ignore
  })
  await attempt(log, async () => {
    for (const x of counting(log, 3, { return: () => { throw new Error('return failed') } })) if ((await tick(x)) === 0) break // prettier-ignore
  })
  await attempt(log, async () => {
    for (const x of counting(log, 3, { return: () => { throw new Error('return failed') } })) throw new Error(`body wins ${await tick(x)}`) // prettier-ignore
  })
  await attempt(log, async () => {
    for (const x of counting(log, 3, { return: () => 1 as never })) if ((await tick(x)) === 0) break
  })
  await attempt(log, async () => {
    for (const x of counting(log, 3, { return: undefined })) if ((await tick(x)) === 0) return 'no return method'
    return 'end'
  })
  await attempt(log, async () => {
    for (const x of 5 as unknown as number[]) await tick(x)
  })
  await attempt(log, async () => {
    try {
      for (const { missing } of [null] as unknown as { missing: number }[]) await tick(missing)
    } catch (error) {
      return (error as Error).name // the engine's message speaks of its own temporaries
    }
    return 'end'
  })

  const growing = [1, 2]
  for (const x of growing) {
    if (growing.length < 4) growing.push(x * 10)
    log('array', await tick(x))
  }
  const shrinking = [1, 2, 3, 4]
  for (const x of shrinking) {
    shrinking.pop()
    log('array', await tick(x))
  }
  const sparse = [1, , 3] // prettier-ignore
  for (const x of sparse) log('sparse', await tick(x))
  const map = new Map([['a', 1], ['b', 2], ['c', 3]]) // prettier-ignore
  for (const [key, value] of map) {
    if (key === 'a') map.delete('b')
    if (value === 3 && !map.has('d')) map.set('d', 4)
    log('map', await tick(key), value)
  }
  for (const key of map.keys()) log('key', await tick(key))
  for (const value of map.values()) log('value', await tick(value))
  const set = new Set([1, 2, 3])
  for (const x of set) {
    set.delete(x)
    if (x < 3) set.add(x + 10)
    log('set', await tick(x))
  }
  for (const [i, x] of ['p', 'q'].entries()) log(i, await tick(x))
  for (const byte of new Uint8Array([1, 2, 255])) log('byte', await tick(byte))

  const listening = {
    [Symbol.iterator]: () => ({
      next: (...args: unknown[]) => (log('next', args), { done: args.length > 1, value: tick(args.length) }),
      return: (...args: unknown[]) => (log('return', args), {}),
    }),
  } as unknown as Iterable<number>
  for await (const x of listening) {
    log('asynchronously', x)
    break
  }
  for (const value of [[], ['to', 'next']]) {
    const delegating = (async function* (): AsyncGenerator<number, unknown, string> {
      return yield* listening
    })()
    await delegating.next()
    log(await delegating.next(...(value as [string])), await delegating.return(value))
  }

  class Path {
    constructor(readonly parts: string[]) {}
    *[Symbol.iterator](): Generator<string> {
      yield* this.parts
    }
  }
  for (const part of new Path(['usr', 'bin'])) log('part', await tick(part))
  const [first, ...others] = new Path(['a', 'b', 'c'])
  log(first, others, await tick([...new Path(['z'])]))
}
