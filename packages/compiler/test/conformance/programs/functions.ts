type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

async function declared(a: number, b = a * 2, ...rest: number[]): Promise<string> {
  await tick(0)
  return `${a},${b},[${rest}]`
}

const expression = async function named(n: number): Promise<number> {
  return n === 0 ? 0 : n + (await named(n - 1))
}

const arrow = async (x: number): Promise<number> => x + (await tick(1))
const concise = async (x: number) => ({ x: await tick(x) })

async function fib(n: number): Promise<number> {
  return n < 2 ? n : (await fib(n - 1)) + (await fib(n - 2))
}

async function isEven(n: number): Promise<boolean> {
  return n === 0 || (await isOdd(n - 1))
}

async function isOdd(n: number): Promise<boolean> {
  if (n === 0) return false
  return await isEven(n - 1)
}

async function noReturn(): Promise<void> {
  await tick(1)
}

async function empty(): Promise<void> {}

async function evaluatesDefaultsOnce(
  log: Log,
  a = (log('default a'), 1),
  { b = (log('default b'), 2) } = {},
): Promise<number> {
  await tick(0)
  await tick(0)
  return a + b
}

async function usesLaterFunction(): Promise<number> {
  const before = await later()
  async function later(): Promise<number> {
    return 7
  }
  return before + (await later())
}

async function reassignsParameters(a: number, b: number): Promise<number[]> {
  a += await tick(10)
  ;[a, b] = [b, a]
  await tick(0)
  return [a, b]
}

async function returnsFunction(): Promise<(n: number) => Promise<number>> {
  const base = await tick(100)
  return async (n) => base + (await tick(n))
}

export async function main(log: Log): Promise<string> {
  log(await declared(1), await declared(1, 5), await declared(1, 5, 6, 7), await declared(1, undefined, 9))
  log(await expression(10), await arrow(4), await concise(3))
  log(await fib(12), await isEven(10), await isOdd(10), await isEven(7))
  log(await noReturn(), await empty())
  log(
    await evaluatesDefaultsOnce(log),
    await evaluatesDefaultsOnce(log, 5, { b: 6 }),
    await evaluatesDefaultsOnce(log, undefined, {}),
  )
  log(await usesLaterFunction(), await reassignsParameters(1, 2))
  log(await (await returnsFunction())(5))
  log(await (async (x) => x * (await tick(2)))(21))
  log(await (async () => {})())
  const nested = async (depth: number): Promise<string> => (depth === 0 ? '' : `(${await nested(depth - 1)})`)
  log(await nested(20))
  return 'done'
}
