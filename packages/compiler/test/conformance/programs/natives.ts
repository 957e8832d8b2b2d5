type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

export async function main(log: Log): Promise<void> {
  const list = [3, 1, 2]
  log(await Promise.all(list.map(async (x) => x * (await tick(10)))))
  log(await Promise.all(list.map(async (x, i, all) => [x, i, all.length, await tick(x)])))
  log(await Promise.all(Array.from({ length: 3 }, async (_, i) => await tick(i))))
  log(await Promise.allSettled([tick(1), Promise.reject(new Error('no')), (async () => { throw new TypeError('thrown') })()])) // prettier-ignore
  log(await Promise.race([tick('only')]), await Promise.any([Promise.reject(1), tick('any')]))
  log(await list.reduce(async (sum, x) => (await sum) + (await tick(x)), Promise.resolve(0)))
  const seen: number[] = []
  list.forEach((x) => void seen.push(x))
  log(
    seen,
    [...list].sort((a, b) => a - b),
    list.find((x) => x === 2),
    list.some((x) => x > 2),
  )
  const offset = await tick(100)
  log(
    list.map((x) => x + offset),
    list.filter((x) => x + offset > 101),
    list.flatMap((x) => [x, offset]),
  )
  log('a1b2'.replace(/\d/g, (digit) => `<${Number(digit) + offset}>`))
  log(
    JSON.stringify({ toJSON: () => ({ offset }) }),
    JSON.stringify([1, { a: 2 }], (_key, value) => (typeof value === 'number' ? value + offset : value)),
  )
  const byLength = new Map<number, string[]>()
  for (const word of await tick(['a', 'bb', 'c']))
    byLength.set(word.length, [...(byLength.get(word.length) ?? []), word])
  log(byLength)
  log(await new Promise<string>((resolve) => resolve(tick('resolved with a promise'))))
  log(await new Promise((resolve) => setTimeout(async () => resolve(await tick('from a timer')), 1)))
  log(await tick(1).then(async (x) => x + (await tick(1))).then((x) => x * 2)) // prettier-ignore
  log(await Promise.resolve().then(() => tick('chained')), await tick('f').finally(async () => await tick('ignored')))
  const sorted = [5, 2, 8].sort((a, b) => {
    log('compare', [a, b].sort().join())
    return a - b
  })
  log(sorted)
  const getter = { get later() { return tick('from a getter') } } // prettier-ignore
  log(await getter.later)
  const thenable = { then: (resolve: (v: string) => void) => resolve('thenable') }
  log(await thenable, await (async () => thenable)(), await tick(thenable))
  const date = new Date(await tick(0))
  log(
    date.toISOString(),
    Math.max(await tick(1), 2),
    Number.parseInt(await tick('12')),
    new Set(await tick([1, 1])).size,
  )
  log(
    await Reflect.apply(tick, undefined, ['reflected']),
    await tick.call(null, 'called'),
    await tick.apply(null, ['applied']),
  )
  log(await tick.bind(null, 'bound')(), await new Proxy(tick, {})('through a proxy'))
  const wrapped = (...args: [unknown]) => tick(...args)
  log(await wrapped('wrapped'), await [tick][0]!('element'), await { tick }.tick('property'))
  const weak = new WeakMap([[date, await tick('weak')]])
  log(weak.get(date))
}
