type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

/** Patterns in which some defaults await and others don't. */
export async function main(log: Log): Promise<string> {
  const [a = await tick(1), b = 5, c = log('not needed')] = [undefined, await tick(2), 'c'] as unknown[]
  log(a, b, c)
  const { x = await tick('x'), y: [z = 'z', w = await tick('w')] = [], ...rest } = { y: ['Z'], v: 'v' } as any
  log(x, z, w, rest)
  const { f = () => 'named', g = await tick('g') } = {} as any
  log(f.name, f(), g)
  let d: unknown
  let e: unknown
  ;[d = await tick('d'), [e = 'e'] = [undefined]] = [undefined, undefined] as any
  log(d, e)
  for (const [key = await tick('key'), value = 'value'] of [[], ['k'], ['k', 'v']]) log(key, value)
  return 'returned'
}
