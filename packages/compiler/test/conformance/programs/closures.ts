type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

async function counter(start: number) {
  let n = await tick(start)
  return {
    up: () => ++n,
    down: async () => (n -= await tick(1)),
    get value() {
      return n
    },
    set value(v: number) {
      n = v
    },
    nested: () => () => async () => n * (await tick(2)),
  }
}

async function sharesVariables(log: Log): Promise<void> {
  let a = 1
  const readA = () => a
  const writeA = (value: number) => void (a = value)
  const both = async () => {
    const b = a
    a = await tick(b + 10)
    return [a, b, readA()]
  }
  log(await both(), a)
  writeA(5)
  log(readA(), a, await both())
  a++
  log(readA(), (a += 2), readA(), await tick(a--), readA())
}

async function capturesParameters(x: number, { y }: { y: number }, ...rest: number[]) {
  const sum = () => x + y + rest.reduce((total, n) => total + n, 0)
  x *= await tick(2)
  y *= 2
  rest.push(100)
  return sum()
}

async function hoists(log: Log): Promise<void> {
  log(early())
  let later = 'set'
  log(await tick(late()))
  function early() {
    return 'early'
  }
  function late() {
    return later
  }
  later = 'changed'
  log(late(), typeof blockScoped)
  {
    log(await tick(inBlock()))
    const local = 'local'
    function inBlock() {
      return 'in block'
    }
    const arrow = () => local + inBlock()
    log(arrow())
  }
  var blockScoped = 1
}

async function shadows(log: Log): Promise<void> {
  const x = 'outer'
  const readOuter = () => x
  {
    const x = await tick('inner')
    const readInner = () => x
    log(readOuter(), readInner(), x)
    {
      let x = 0
      const bump = () => ++x
      bump()
      log(await tick(bump()), x, readInner())
    }
  }
  const withParameter = async (x: string) => {
    const read = () => x
    x += await tick('!')
    return read() + readOuter()
  }
  log(await withParameter('parameter'), x)
  try {
    throw 'thrown'
  } catch (x) {
    const readCaught = () => x
    log(readCaught(), await tick(readOuter()))
  }
}

async function recursiveClosures(log: Log): Promise<void> {
  const even = async (n: number): Promise<boolean> => n === 0 || (await odd(n - 1))
  const odd = async (n: number): Promise<boolean> => n !== 0 && (await even(n - 1))
  log(await even(8), await odd(8))
  const tree = { left: { left: null, right: null, v: 1 }, right: null, v: 2 } as any
  const walk = async function visit(node: any): Promise<number> {
    return node ? node.v + (await visit(node.left)) + (await visit(node.right)) : 0
  }
  log(await walk(tree))
  let self: any = async (n: number) => (n > 0 ? [n, ...(await self(n - 1))] : [])
  const saved = self
  log(await self(3))
  self = async () => ['replaced']
  log(await saved(3))
}

function makeAdders(): ((n: number) => Promise<number>)[] {
  const adders = []
  for (let i = 1; i <= 3; i++) adders.push(async (n: number) => n + (await tick(i)))
  return adders
}

async function memoize<A, R>(f: (a: A) => Promise<R>): Promise<(a: A) => Promise<R>> {
  const known = new Map<A, R>()
  return async (a) => {
    if (!known.has(a)) known.set(a, await f(a))
    return known.get(a)!
  }
}

export async function main(log: Log): Promise<void> {
  const a = await counter(10)
  const b = await counter(0)
  log(a.up(), a.up(), await a.down(), b.up(), a.value, (b.value = 50), await b.nested()()())
  await sharesVariables(log)
  log(await capturesParameters(1, { y: 2 }, 3, 4))
  await hoists(log)
  await shadows(log)
  await recursiveClosures(log)
  for (const add of makeAdders()) log(await add(100))
  let calls = 0
  const square = await memoize(async (n: number) => (calls++, n * (await tick(n))))
  log(await square(4), await square(4), await square(5), calls)
  const compose =
    (...fs: ((n: number) => Promise<number>)[]) =>
    async (n: number) => {
      for (const f of fs) n = await f(n)
      return n
    }
  log(await compose(...makeAdders(), async (n) => n * 2)(1))
  const lazily = (
    (value = calls) =>
    () =>
      value
  )()
  log(lazily(), await (async (get = () => value, value = 3) => get() + (await tick(1)))())
  let once: (() => string) | null = () => 'once'
  const use = async () => {
    const result = once?.()
    once = null
    return await tick(result)
  }
  log(await use(), await use())
}
