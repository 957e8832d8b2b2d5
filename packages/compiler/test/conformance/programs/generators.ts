type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

function* naturals(): Generator<number> {
  for (let n = 0; ; n++) yield n
}

function* take<T>(n: number, source: Iterable<T>): Generator<T> {
  if (n <= 0) return
  for (const x of source) {
    yield x
    if (--n === 0) return
  }
}

export async function main(log: Log): Promise<void> {
  for (const x of take(3, naturals())) log(await tick(x))
  log([...take(await tick(4), naturals())])
  const base = await tick(10)
  let produced = 0
  function* capturing(limit: number): Generator<number, string, number> {
    let sent = 0
    for (let i = 0; i < limit; i++) {
      produced++
      sent += (yield base + i + sent) ?? 0
    }
    return `sent ${sent}`
  }
  const g = capturing(3)
  log(g.next(), await tick(produced), g.next(5), await tick(g.next(7)), g.next(1), g.next())
  const object = { scale: 2, *scaled(xs: number[]) { for (const x of xs) yield x * this.scale } } // prettier-ignore
  for (const x of object.scaled([1, 2])) log(await tick(x))
  const makers = []
  for (let i = 0; i < 3; i++) makers.push(function* () { yield i; yield await0(i) }) // prettier-ignore
  function await0(i: number): number {
    return i * base
  }
  for (const make of makers) log([...make()], await tick(0))
  function* delegating(): Generator<unknown> {
    const result = yield* capturing(1)
    yield result
    yield* [1, 2]
  }
  for (const x of delegating()) log(await tick(x))
  const early = capturing(5)
  early.next()
  log(early.return('stopped'), await tick(early.next()))
  const throwing = (function* () { try { yield 1 } catch (error) { yield `caught ${error}` } })() // prettier-ignore
  log(throwing.next(), throwing.throw(await tick('in')))
}
