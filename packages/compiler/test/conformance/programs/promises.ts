type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

async function fails(when: 'now' | 'later'): Promise<never> {
  if (when === 'later') await tick(0)
  throw new Error(`failed ${when}`)
}

async function stepwise(name: string, steps: string[]): Promise<string> {
  for (let i = 0; i < 3; i++) steps.push(`${name}${await tick(i)}`)
  return name
}

export async function main(log: Log): Promise<void> {
  const p = tick(1)
  log(p instanceof Promise, typeof p.then, await p, await p)
  const started: string[] = []
  const q = stepwise('q', started)
  log(await q, started)
  const many = [stepwise('a', []), stepwise('b', []), stepwise('c', [])]
  for (const one of many) log(await one)
  let thrownAtOnce = true
  const rejected = fails('now')
  thrownAtOnce = false
  log(thrownAtOnce, await rejected.catch((error: Error) => error.message))
  for (const when of ['now', 'later'] as const) {
    try {
      await fails(when)
    } catch (error) {
      log((error as Error).message)
    }
    const pending = fails(when)
    try {
      await pending
    } catch (error) {
      log('pending', (error as Error).message)
    }
    log(await fails(when).then(() => 'fulfilled', () => 'rejected')) // prettier-ignore
  }
  const withDefault = async (x = (() => { throw new Error('default failed') })()) => x // prettier-ignore
  log(await withDefault().catch((error: Error) => error.message))
  const destructures = async ({ a }: { a: number }) => a
  log(await destructures(null as never).catch((error: Error) => error.name))

  const both = (async () => {
    const first = stepwise('first', [])
    const second = stepwise('second', [])
    return [await first, await second]
  })()
  log(await both)
  const chain = async (n: number): Promise<number> => (n === 0 ? 0 : 1 + (await Promise.resolve(chain(n - 1))))
  log(await chain(10))
  const returnsPromise = async (): Promise<number> => tick(5)
  const returnsNested = async (): Promise<number> => Promise.resolve(Promise.resolve(returnsPromise()))
  log(await returnsPromise(), await returnsNested())
  log(await (async () => { try { return fails('later') } finally { log('finally first') } })().catch(() => 'then rejected')) // prettier-ignore
  let release!: (value: string) => void
  const gate = new Promise<string>((resolve) => (release = resolve))
  const waits = (async () => `released with ${await gate}`)()
  release('key')
  log(await waits)
  const odd = { then(_resolve: unknown, reject: (reason: Error) => void) { reject(new Error('odd thenable')) } } // prettier-ignore
  log(await (async () => await odd)().catch((error: Error) => error.message))
  const throwsInThen = { then() { throw new Error('then threw') } } // prettier-ignore
  log(await (async () => await (throwsInThen as unknown as Promise<never>))().catch((error: Error) => error.message))
  const getsThen = { get then(): never { throw new Error('no then') } } // prettier-ignore
  log(await (async () => await (getsThen as unknown as Promise<never>))().catch((error: Error) => error.message))
  log(await ({ then: 5 } as unknown as Promise<unknown>))
  class Special extends Promise<string> {}
  log(await new Special((resolve) => resolve('subclass')))
  log(await Promise.all([1, tick(2), Promise.resolve(3), { then: (f: (v: number) => void) => f(4) }]))
}
