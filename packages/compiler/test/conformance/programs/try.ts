type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value
const fail = async (reason: unknown): Promise<never> => {
  await tick(0)
  throw reason
}
const failNow = async (reason: unknown): Promise<never> => {
  throw reason
}

async function overrides(how: string): Promise<unknown> {
  for (let turn = 0; turn < 2; turn++) {
    try {
      if (how.startsWith('return')) return await tick('returned')
      if (how.startsWith('throw')) throw new Error('thrown')
      if (how.startsWith('break')) break
      if (how.startsWith('continue')) continue
    } finally {
      await tick(0)
      if (how.endsWith('return')) return 'from finally'
      if (how.endsWith('throw')) throw new Error('from finally')
      if (how.endsWith('break')) break
      if (how.endsWith('continue')) continue
    }
  }
  return 'end'
}

async function keepsValue(): Promise<unknown> {
  let x = 1
  try {
    return x
  } finally {
    x = await tick(2)
  }
}

async function keepsObject(): Promise<unknown> {
  const x = { n: 1 }
  try {
    return x
  } finally {
    x.n = await tick(2)
  }
}

async function nested(log: Log): Promise<unknown> {
  try {
    try {
      try {
        await fail('first')
      } finally {
        log('inner', await tick(1))
      }
    } catch (error) {
      log('caught', error)
      throw await tick('second')
    } finally {
      log('middle', await tick(2))
      try {
        await fail('third')
      } catch (error) {
        log('caught in finally', error)
      } finally {
        log('finally in finally', await tick(3))
      }
    }
  } catch (error) {
    log('outer caught', error)
    return await tick('value')
  } finally {
    log('outer', await tick(4))
  }
  return 'not reached'
}

async function returnsCall(): Promise<unknown> {
  try {
    return fail('not caught here')
  } catch {
    return 'caught'
  }
}

async function returnsAwaitedCall(): Promise<unknown> {
  try {
    return await fail('caught here')
  } catch (error) {
    return `caught ${error}`
  }
}

async function callInFinally(log: Log): Promise<unknown> {
  const release = async (what: string): Promise<void> => {
    log('release', await tick(what))
  }
  try {
    try {
      return await tick('result')
    } finally {
      await release('a')
    }
  } finally {
    await release('b')
  }
}

async function catchScopes(): Promise<unknown[]> {
  const error = 'outer'
  const seen: unknown[] = []
  try {
    await failNow({ code: 5, list: [1, 2] })
  } catch ({ code, missing = await tick('default'), list: [first, ...others] }: any) {
    const error = 'inner'
    seen.push(code, missing, first, others, error)
  }
  try {
    await fail(undefined)
  } catch (e) {
    seen.push(e)
    e = await tick('assigned')
    seen.push(e)
  }
  seen.push(error)
  const closures: (() => unknown)[] = []
  for (const n of [1, 2]) {
    try {
      await fail(n)
    } catch (caught) {
      closures.push(() => caught)
      await tick(0)
    }
  }
  seen.push(closures.map((read) => read()))
  return seen
}

export async function main(log: Log): Promise<void> {
  for (const first of ['return', 'throw', 'break', 'continue', 'pass']) {
    for (const second of ['return', 'throw', 'break', 'continue', 'pass']) {
      const how = `${first}-${second}`
      log(how, await overrides(how).catch((error: Error) => error.message))
    }
  }
  log(await keepsValue(), await keepsObject())
  log(await nested(log))
  log(await returnsCall().catch((error) => `rejected: ${error}`), await returnsAwaitedCall())
  log(await callInFinally(log))
  log(await catchScopes())
  for (const reason of [0, null, '', NaN, { deep: true }]) {
    try {
      await (reason === 0 ? failNow(reason) : fail(reason))
    } catch (error) {
      log('reason', error)
    }
  }
  let attempts = 0
  while (true) {
    try {
      if (++attempts < 4) await fail('again')
      break
    } catch {
      continue
    } finally {
      log('attempt', await tick(attempts))
    }
  }
  try {
  } finally {
    log('empty try')
  }
  try {
    await tick(0)
  } catch {
    log('not reached')
  }
  const result = await (async () => {
    label: try {
      return await tick('lost')
    } finally {
      break label
    }
    return 'kept'
  })()
  log(result)
  log(await Promise.reject(new TypeError('foreign')).catch((error: Error) => error.name))
  try {
    await Promise.reject(new RangeError('native promise'))
  } catch (error) {
    log((error as Error).message)
  }
}
