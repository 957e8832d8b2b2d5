type Log = (...values: unknown[]) => void
type Read = () => number

const tick = async <T>(value: T): Promise<T> => value

export async function main(log: Log): Promise<void> {
  const reads: Read[] = []
  for (let i = 0; i < 3; i++) {
    reads.push(() => i)
    await tick(0)
  }
  log(reads.map((read) => read()))

  const mutated: Read[] = []
  for (let i = 0; i < 6; i++) {
    mutated.push(() => i)
    i += await tick(1)
  }
  log(mutated.map((read) => read()))

  const later: (() => number)[] = []
  for (let i = 0; i < 3; i++) {
    later.push(() => (i += 10))
    await tick(0)
  }
  log(later.map((bump) => bump() + bump()))

  const inHead: Read[] = []
  for (let i = (inHead.push(() => i), 0), j = 0; i < 3; inHead.push(() => i), i++, j++) await tick(j)
  log(inHead.map((read) => read()))

  const inCondition: Read[] = []
  for (let i = 0; inCondition.push(() => i), i < 2; i++) await tick(0)
  log(inCondition.map((read) => read()))

  const ofLoop: Read[] = []
  for (const x of [10, 20, 30]) {
    ofLoop.push(() => x)
    await tick(0)
  }
  for (let x of [1, 2]) {
    ofLoop.push(() => x)
    x += await tick(100)
  }
  log(ofLoop.map((read) => read()))

  const inLoop: (() => string)[] = []
  for (const key in { a: 1, b: 2 }) {
    const local = await tick(key + key)
    inLoop.push(() => key + local)
  }
  log(inLoop.map((read) => read()))

  const whileLoop: Read[] = []
  let n = 0
  while (n < 3) {
    const copy = n
    let changing = n
    whileLoop.push(() => copy * 100 + changing * 10 + n)
    changing++
    await tick(0)
    changing++
    n++
  }
  log(whileLoop.map((read) => read()))

  var shared: Read[] = []
  for (var v = 0; v < 3; v++) {
    shared.push(() => v)
    await tick(0)
  }
  log(
    shared.map((read) => read()),
    v,
  )

  const destructured: (() => unknown)[] = []
  for (let [a, { b }] = [0, { b: 5 }]; a < 2; a++, b--) {
    destructured.push(() => [a, b])
    await tick(0)
  }
  log(destructured.map((read) => read()))

  const continued: Read[] = []
  outer: for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      continued.push(() => i * 10 + j)
      if (await tick(j === i)) continue outer
      if (j === 2) break
    }
  }
  log(continued.map((read) => read()))

  const handlers: (() => Promise<number>)[] = []
  for (let i = 0; i < 3; i++) {
    let calls = 0
    handlers.push(async () => {
      calls += await tick(1)
      return i * 10 + calls
    })
  }
  for (const handler of handlers) log(await handler(), await handler())
}
