type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

function traced(log: Log, name: string, target: object): any {
  return new Proxy(target, {
    get: (object, key) => (log(`get ${name}.${String(key)}`), Reflect.get(object, key)),
    set: (object, key, value) => (log(`set ${name}.${String(key)}`, value), Reflect.set(object, key, value)),
    has: (object, key) => (log(`has ${name}.${String(key)}`), Reflect.has(object, key)),
    ownKeys: (object) => (log(`keys ${name}`), Reflect.ownKeys(object)),
  })
}

function iterable(log: Log, values: unknown[]): Iterable<any> {
  return {
    [Symbol.iterator]() {
      let i = 0
      return {
        next: () => (
          log('next'),
          i < values.length ? { value: values[i++], done: false } : { value: undefined, done: true }
        ),
        return: () => (log('return'), { value: undefined, done: true }),
      }
    },
  }
}

async function parameters(
  log: Log,
  { a, b: { c = 3, ...d } = { c: undefined } as any, ...rest }: any,
  [x, , y = a, ...z]: any,
  last = [a, x] as unknown[],
): Promise<unknown> {
  await tick(0)
  const read = () => [a, c, d, rest, x, y, z, last]
  a = await tick('changed')
  log(read())
  return read()
}

async function declarations(log: Log): Promise<void> {
  const { a = await tick(1), ['b' + 1]: b = await tick(2), ...rest } = await tick({ b1: undefined, c: 3, d: 4 } as any)
  log(a, b, rest)
  const [p = await tick('p'), [q, r = await tick('r')] = await tick(['q']), ...[s, t]] = [
    undefined,
    undefined,
    1,
    2,
  ] as any
  log(p, q, r, s, t)
  let { length } = 'four'
  log(length, await tick(length++), length)
  var { v: [w] = [await tick('w')] } = {} as any // prettier-ignore
  log(w)
  const { [await tick('key')]: computed, ...others } = { key: 1, other: 2 } as any
  log(computed, others)
  const { 0: zeroth = await tick('default'), [await tick(1)]: next, 2.0: third, ...later } = ['a', 'b', 'c', 'd'] as any
  log(zeroth, next, third, later)
  const [first, second] = iterable(log, [1, 2, 3])
  log(first, await tick(second))
  const [...all] = iterable(log, [1, 2])
  log(all)
  const [] = iterable(log, [1])
  const [one, , three] = iterable(log, [1])
  log(one, three)
}

async function assignments(log: Log): Promise<void> {
  const target = traced(log, 'target', { list: [0, 0] })
  const source = traced(log, 'source', { x: 1, y: undefined, z: 3 })
  let a: unknown, b: unknown
  const result = ({ x: target.x, y: target[await tick('y')] = await tick('default'), z: a, ...target.rest } = source)
  log(result === source, a, target.y)
  ;[a, b] = [b, a]
  log(a, b)
  ;[target.list[await tick(0)], target.list[1] = await tick(9)] = [5]
  log(target.list)
  ;({ a, b = await tick('b') } = { a: await tick('a') } as any)
  log(a, b)
  ;[[a] = [await tick(1)], { b } = { b: await tick(2) }] = [] as any
  log(a, b)
  const returned = ([a, ...target.tail] = iterable(log, [1, 2, 3]))
  log(typeof returned, a, target.tail)
  log(([a, b] = [1, await tick(2)]), a, b)
}

async function closesIterators(log: Log): Promise<void> {
  try {
    const [x = await Promise.reject(new Error('default failed'))] = iterable(log, [undefined, 2])
    log(x)
  } catch (error) {
    log((error as Error).message)
  }
  const target = { set x(_value: unknown) { throw new Error('setter failed') } } // prettier-ignore
  try {
    ;[target.x] = iterable(log, [1, 2])
  } catch (error) {
    log((error as Error).message)
  }
  try {
    const [{ y }] = iterable(log, [null])
    log(y)
  } catch (error) {
    log((error as Error).name)
  }
}

export async function main(log: Log): Promise<void> {
  log(await parameters(log, { a: 1, b: { e: 5 }, f: 6 }, [1, 2, undefined, 4, 5]))
  log(await parameters(log, traced(log, 'arg', { a: 1, g: 2 }), iterable(log, [1, 2, 3])))
  log(await parameters(log, null, []).catch((error: Error) => error.name))
  log(await parameters(log, {}, undefined).catch((error: Error) => error.name))
  await declarations(log)
  await assignments(log)
  await closesIterators(log)
  const swap = async ([a, b]: [number, number]) => [b, await tick(a)]
  log(await swap([1, 2]))
  for (const { n, list: [head, ...tail] } of [{ n: 1, list: [1, 2] }, { n: 2, list: [3, 4, 5] }]) log(n, await tick(head), tail) // prettier-ignore
  for (const [i, { n = await tick(i) }] of [{}, { n: 5 }].entries() as any) log(i, n)
}
