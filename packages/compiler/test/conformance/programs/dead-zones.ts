type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

async function attempt(log: Log, name: string, action: () => unknown): Promise<void> {
  try {
    log(name, await action())
  } catch (error) {
    log(name, `${(error as Error).name}: ${(error as Error).message}`)
  }
}

declare let undeclared: number

export async function main(log: Log): Promise<void> {
  await attempt(log, 'read', async () => {
    await tick(0)
    // @ts-expect-error used before its declaration
    const read = x
    let x = 1
    return read
  })
  await attempt(log, 'closure called early', async () => {
    const read = () => x
    await tick(0)
    const early = read()
    const x = 1
    return early
  })
  await attempt(log, 'closure called late', async () => {
    const read = () => x
    await tick(0)
    const x = 1
    return read()
  })
  await attempt(log, 'async closure', async () => {
    const read = async () => [await tick(0), x]
    const pending = await read()
    const x = 1
    return pending
  })
  await attempt(log, 'write', async () => {
    const write = () => (x = 2)
    write()
    let x = await tick(1)
    return x
  })
  await attempt(log, 'typeof', async () => {
    const kind = () => typeof x
    const early = kind()
    const x = await tick(1)
    return [early, x]
  })
  await attempt(log, 'typeof undeclared', async () => [typeof undeclared, await tick(0)])
  await attempt(log, 'undeclared', async () => [await tick(0), undeclared])
  await attempt(log, 'itself', async () => {
    // @ts-expect-error used before its declaration
    const x = (await tick(1)) + x
    return x
  })
  await attempt(log, 'class', async () => {
    const make = () => new Late()
    make()
    class Late {}
    return await tick(Late)
  })
  await attempt(log, 'update', async () => {
    const bump = () => x++
    bump()
    let x = await tick(1)
    return x
  })
  await attempt(log, 'parameter', async () => await (async (a = () => b, b = a()) => [a, b])())
  // @ts-expect-error used before its declaration
  await attempt(log, 'parameter in order', async () => await (async (a = b, b = 1) => [a, b])())
  // @ts-expect-error used before its declaration
  await attempt(log, 'plain parameter', async () => await (async (a = b, b: number) => [a, b])())
  await attempt(log, 'plain parameter by a closure', async () => await (async (a = (() => b)(), b: number) => [a, b])())
  // @ts-expect-error used before its declaration
  await attempt(log, 'rest parameter', async () => await (async (a = b, ...b: unknown[]) => [a, b])())
  await attempt(log, 'parameter assigned early', async () => await (async (a = (b = 2), b?: number) => [a, b])())
  await attempt(log, 'parameter of a generator', () => (function* (a = () => b, c = a(), b = c) { yield b })()) // prettier-ignore
  await attempt(log, 'parameters in the body', async () => {
    const sum = async (a: number, { b }: { b: number }, ...[c]: number[]) => {
      await tick(0)
      function inner(): number {
        return a + b + c!
      }
      return inner()
    }
    return await sum(1, { b: 2 }, 3)
  })
  await attempt(log, 'pattern of a catch clause', async () => {
    try {
      throw {}
    } catch ({ a = b, b }: any) {
      return await tick([a, b])
    }
  })
  await attempt(log, 'catch clause in order', async () => {
    try {
      throw [await tick(1)]
    } catch ([a, b = () => a, c = b()]: any) {
      a = await tick(2)
      return [b(), c]
    }
  })
  await attempt(log, 'loop head', async () => {
    // @ts-expect-error used before its declaration
    for (const x of [x]) await tick(x)
  })
  await attempt(log, 'switch', async () => {
    switch (await tick(2)) {
      case 1:
        let x = 1
      case 2:
        return x!
    }
  })
  await attempt(log, 'each turn again', async () => {
    const seen: unknown[] = []
    for (let i = 0; i < 2; i++) {
      const read = () => x
      try {
        seen.push(read())
      } catch (error) {
        seen.push((error as Error).name)
      }
      const x = await tick(i)
      seen.push(read())
    }
    return seen
  })
  await attempt(log, 'without initializer', async () => {
    const read = () => x
    let x: unknown
    const first = read()
    x = await tick(1)
    return [first, read()]
  })
  await attempt(log, 'each turn without initializer', async () => {
    const seen: unknown[] = []
    for (let i = 0; i < 3; i++) {
      let x: unknown
      seen.push(x)
      x = await tick(i)
      const read = () => x
      seen.push(read())
    }
    return seen
  })
  await attempt(log, 'destructuring', async () => {
    // @ts-expect-error used before its declaration
    const { a = b, b } = { b: await tick(1) } as { a?: number; b: number }
    return [a, b]
  })
  await attempt(log, 'function hoisted over it', async () => {
    const value = use()
    const x = await tick(1)
    function use(): number {
      return x
    }
    return value
  })
}
