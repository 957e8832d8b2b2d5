type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

async function count(..._declared: unknown[]): Promise<number> {
  await tick(0)
  return arguments.length
}

async function sum(): Promise<number> {
  let total = 0
  for (let i = 0; i < arguments.length; i++) total += await tick(arguments[i])
  const inArrow = async () => arguments.length + (await tick(0))
  return total * 100 + (await inArrow())
}

function synchronous(..._declared: unknown[]): () => Promise<unknown[]> {
  return async () => [await tick(arguments.length), ...arguments]
}

export async function main(log: Log): Promise<void> {
  log(await count(), await count(1, undefined, 3))
  log(await (sum as (...args: number[]) => Promise<number>)(1, 2, 3))
  log(await synchronous('a', 'b')())
}
