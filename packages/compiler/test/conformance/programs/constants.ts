// @ts-nocheck: each assignment here is an error that TypeScript finds, and that must also happen at run time
type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

async function attempt(log: Log, name: string, action: () => unknown): Promise<void> {
  try {
    log(name, await action())
  } catch (error) {
    log(name, `${(error as Error).name}: ${(error as Error).message}`)
  }
}

export async function main(log: Log): Promise<void> {
  await attempt(log, 'assign', async () => {
    const x = 1
    x = await tick((log('evaluated'), 2))
    return x
  })
  await attempt(log, 'compound', async () => {
    const x = 1
    x += await tick((log('evaluated'), 2))
  })
  await attempt(log, 'update', async () => {
    const x = await tick(1)
    x++
  })
  await attempt(log, 'captured', async () => {
    const x = await tick(1)
    const read = () => x
    try {
      x = 2
    } catch (error) {
      log((error as Error).message, read())
    }
    const write = () => (x = 3)
    write()
  })
  await attempt(log, 'loop', async () => {
    for (const i = 0; i < 2; i++) log('turn', await tick(i))
  })
  await attempt(log, 'of', async () => {
    for (const x of [1, 2]) {
      log('turn', await tick(x))
      x = 5
    }
  })
  await attempt(log, 'logical', async () => {
    const set = 1
    const unset = null
    set ||= await tick(2)
    set ??= await tick(3)
    log('short-circuited', set)
    unset ??= await tick((log('evaluated'), 4))
  })
  await attempt(log, 'destructuring', async () => {
    const a = 1
    let b = 1
    try {
      ;[b, a] = [await tick(2), 3]
    } finally {
      log('b', b)
    }
  })
  await attempt(log, 'own name', async () => {
    const f = async function self(): Promise<unknown> {
      await tick(0)
      self = null
      return typeof self
    }
    return await f()
  })
  await attempt(log, 'class in itself', async () => {
    class C {
      static change() {
        C = null
      }
    }
    const D = C
    C = await tick('replaced')
    log(typeof C)
    D.change()
  })
}
