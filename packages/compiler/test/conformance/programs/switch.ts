type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

async function classify(log: Log, value: unknown): Promise<string> {
  const seen = async <T>(x: T): Promise<T> => {
    log('tested', x)
    return x
  }
  let trail = ''
  switch (await tick(value)) {
    case await seen(1):
      trail += 'one '
    case 2:
      trail += await tick('two ')
      break
    default:
      trail += await tick('default ')
    case await seen(3):
      trail += 'three '
      break
    case 'return':
      return `returned after ${trail}`
    case await seen(4): {
      const inner = await tick('four')
      trail += inner
      break
    }
  }
  return trail
}

async function scoped(n: number): Promise<unknown[]> {
  const closures: (() => unknown)[] = []
  switch (n) {
    case 0:
      let x: number | undefined = await tick(10)
      closures.push(() => x)
    case 1:
      const y = 'y'
      x = (await tick(20)) + n
      closures.push(() => [x, y])
      break
    case 2:
      try {
        closures.push(() => x)
        closures[0]?.()
      } catch (error) {
        return [(error as Error).message]
      }
  }
  return closures.map((read) => read())
}

async function inLoop(log: Log): Promise<void> {
  for (let i = 0; i < 6; i++) {
    switch (i) {
      case 1:
        continue
      case 3:
        log('three', await tick(i))
        break
      case 5:
        return
      default:
        switch (await tick(i % 2)) {
          case 0:
            log('even', i)
            break
          default:
            log('odd', i)
        }
    }
    log('after', i)
  }
}

export async function main(log: Log): Promise<void> {
  for (const value of [1, 2, 3, 4, 'return', 'other', NaN]) log(value, await classify(log, value))
  log(await scoped(0), await scoped(1).catch((error: Error) => error.message), await scoped(2), await scoped(3))
  await inLoop(log)
  switch (await tick(1)) {
  }
  switch (await tick(1)) {
    default:
  }
  switch (NaN) {
    case NaN:
      log('not reached')
  }
  switch (true) {
    case await tick(false):
      log('not reached')
      break
    case (await tick(1)) < 2:
      log('condition')
  }
}
