type Log = (...values: unknown[]) => any

const tick = async <T>(value: T): Promise<T> => value

async function attempt(log: Log, action: () => unknown): Promise<void> {
  try {
    log('value', await action())
  } catch (error) {
    log(error instanceof Error ? `${error.name}: ${error.message}` : error)
  }
}

export async function main(log: Log): Promise<void> {
  const o: any = { value: 1, nested: { list: [1] }, none: null }
  let nothing: any
  const text: any = 'text'
  await attempt(log, async () => await o.missing())
  await attempt(log, async () => await o.missing(await tick(1)))
  await attempt(log, async () => await o.nested.missing(1))
  await attempt(log, async () => await o.nested.list.missing())
  await attempt(log, async () => await o.value())
  await attempt(log, async () => await nothing())
  await attempt(log, async () => await text())
  await attempt(log, async () => await text.missing())
  await attempt(log, async () => await nothing.missing())
  await attempt(log, async () => await nothing.missing.deeper())
  await attempt(log, async () => await o.none.x)
  await attempt(log, async () => (await tick(nothing)).property)
  await attempt(log, async () => (await tick(o)).none.property)
  await attempt(log, async () => ((nothing as any).x = await tick(1)))
  await attempt(log, async () => (o.none.x = await tick(1)))
  await attempt(log, async () => new o.value(await tick(1)))
  await attempt(log, async () => new (nothing as any)(await tick(1)))
  await attempt(log, async () => new o.missing())
  await attempt(log, async () => log(o.nested.list.at(0))(o.value))
  await attempt(log, async () => log(o.nested.list.at(0))(await tick(1)))
  await attempt(log, async () => log(await tick(1))(o))
  await attempt(log, async () => await log(1)(o))
  await attempt(log, async () => log(1).list)
  await attempt(log, async () => log(o)(1)(log('not evaluated')))
  await attempt(log, async () => nothing(log('an argument of nothing')))
  await attempt(log, async () => new nothing(log('an argument of no class')))
  await attempt(log, async () => log(await tick(o)).nested[await tick('list')](1))
  await attempt(log, async () => ((await tick(o)) as any)(1))
  await attempt(log, async () => ((await tick(o)) as any).nested(1))
  await attempt(log, async () => ((await tick(1)) + 1 + (await tick(o)))(1))
  await attempt(log, async () => ((o && (await tick(2))) as any)(1))
  await attempt(log, async () => ((!(await tick(2))) as any)(1))
  await attempt(log, async () => ((typeof (await tick(2))) as any)(1))
  await attempt(log, async () => new ((await tick(o)) as any).nested(1))
  await attempt(log, async () => { for (const x of log(1) as any) await tick(x) }) // prettier-ignore
  await attempt(log, async () => 1n + ((await tick(1)) as any))
  await attempt(log, async () => BigInt(await tick(1.5)))
  await attempt(log, async () => (await tick('x')) in ('string' as any))
  await attempt(log, async () => (await tick({})) instanceof (5 as any))
  await attempt(log, async () => new Array(await tick(-1)))
  await attempt(log, async () => 'x'.repeat(await tick(-1)))
  await attempt(log, async () => JSON.parse(await tick('{')))
  await attempt(log, async () => (await tick(Symbol('s') as any)) + '')
  await attempt(log, async () => Object.defineProperty(Object.freeze({}), 'x', { value: await tick(1) }))
  await attempt(log, async () => ((Object.freeze({ x: 1 }) as any).x = await tick(2)))
  await attempt(log, async () => delete (Object.freeze({ x: 1 }) as any)[await tick('x')])
  await attempt(log, async () => decodeURIComponent(await tick('%')))
  await attempt(log, async () => { throw await tick('a string') }) // prettier-ignore
  await attempt(log, async () => { throw await tick(undefined) }) // prettier-ignore
  await attempt(log, async () => { throw Object.assign(new RangeError('with cause', { cause: await tick(1) }), { code: 5 }) }) // prettier-ignore

  const depths: string[] = []
  const through = async (depth: number): Promise<never> => {
    try {
      if (depth === 0) throw new Error('deep')
      return await through(depth - 1)
    } catch (error) {
      depths.push(`catch ${depth}`)
      throw error
    } finally {
      depths.push(`finally ${await tick(depth)}`)
    }
  }
  await attempt(log, () => through(4))
  log(depths)
  const original = new Error('same')
  const caught = await (async () => { throw original })().catch((error: unknown) => error) // prettier-ignore
  log(caught === original)
  try {
    await (async () => { await tick(0); throw original })() // prettier-ignore
  } catch (error) {
    log(error === original, error instanceof Error, (error as Error).stack?.startsWith('Error: same'))
  }
  const aggregate = await Promise.any([Promise.reject(1), Promise.reject(2)]).catch((error: AggregateError) => error)
  log(aggregate.name, (aggregate as AggregateError).errors)
  const chained = async (): Promise<void> => {
    try {
      await attempt(log, () => tick(1))
      throw new Error('inner')
    } catch (cause) {
      throw new Error('outer', { cause })
    }
  }
  const outer = await chained().catch((error: Error) => error)
  log((outer as Error).message, ((outer as Error).cause as Error).message)
}
