type Log = (...values: unknown[]) => void
const tick = async <T>(value: T): Promise<T> => value
const attempt = async (log: Log, name: string, f: () => unknown): Promise<void> => {
  try { log(name, 'value', await f()) } catch (e) { log(name, e instanceof Error ? `${e.constructor.name}: ${e.message}` : e) }
}
function source(log: Log, values: unknown[], { failReturn = false, failNext = -1 } = {}): Iterable<any> {
  let i = 0
  return { [Symbol.iterator]() { log('iterator'); return {
    get next() { log('get next'); return () => { log('next', i); if (i === failNext) throw new Error('next failed'); return i < values.length ? { done: false, value: values[i++] } : { done: true, value: undefined } } },
    return() { log('return'); if (failReturn) throw new Error('return failed'); return {} },
  } as any } }
}
/** Array patterns take elements lazily. */
export async function main(log: Log): Promise<string> {
  { const [a = await tick(log('default a')), b = (log('default b'), 5), c] = source(log, [undefined, undefined, 3, 4]); log(a, b, c) }
  { const [a, , b = await tick('b'), ...rest] = source(log, [1, 2, undefined, 4, 5]); log(a, b, rest) }
  { const [a = await tick('a'), b = await tick('b')] = source(log, [1]); log(a, b) }
  await attempt(log, 'throwing default', async () => { const [a = await Promise.reject(new Error('default')), b] = source(log, [undefined, 2]); return [a, b] })
  await attempt(log, 'throwing default and return', async () => { const [a = await Promise.reject(new Error('default')), b] = source(log, [undefined, 2], { failReturn: true }); return [a, b] })
  await attempt(log, 'failing return', async () => { const [a = await tick(1)] = source(log, [undefined, 2], { failReturn: true }); return a })
  await attempt(log, 'failing next', async () => { const [a = await tick(1), b] = source(log, [undefined, 2], { failNext: 1 }); return [a, b] })
  await attempt(log, 'not iterable', async () => { const [a = await tick(1)] = 5 as any; return a })
  await attempt(log, 'not iterable undefined', async () => { const u: any = undefined; const [a = await tick(1)] = u; return a })
  await attempt(log, 'not iterable object', async () => { const o: any = { p: {} }; const [a = await tick(1)] = o.p; return a })
  const o: any = { get x() { log('get o.x'); return this }, set v(value: any) { log('set v', value) } }
  await attempt(log, 'targets', async () => { ;[(log('target 1'), o).x.v = await tick('d'), o[(log('key'), await tick('v'))]] = source(log, [undefined, 'second', 'third']); return 'done' })
  await attempt(log, 'target throws', async () => { ;[a_().b = await tick(1)] = source(log, [1]); return 1 })
  await attempt(log, 'nested', async () => { const [[a = await tick('a')] = source(log, [undefined]), { b = await tick('b') }] = source(log, [undefined, {}]); return [a, b] })
  await attempt(log, 'holes', async () => { const [, , a = await tick('a')] = source(log, [1]); return a })
  await attempt(log, 'empty rest', async () => { const [a = await tick(1), ...[b = await tick('b'), c]] = source(log, []); return [a, b, c] })
  await attempt(log, 'rest target', async () => { ;[o.q = await tick(1), ...o[await tick('r')]] = source(log, [1, 2, 3]); return o.r })
  await attempt(log, 'map', async () => { const [[k, v = await tick('v')], second = await tick(2)] = new Map<any, any>([['k', undefined]]) as any; return [k, v, second] })
  await attempt(log, 'string', async () => { const [a, b = await tick('b'), c = await tick('c')] = '\u{1F600}x' as any; return [a, b, c] })
  await attempt(log, 'generator', async () => { function* g() { try { yield 1; yield undefined; yield 3 } finally { log('closed') } } const [a, b = await tick('b')] = g(); return [a, b] })
  await attempt(log, 'array changed meanwhile', async () => { const list: any[] = [undefined, 2]; const [a = (list.push(3), await tick(1)), b, c] = list; return [a, b, c] })
  const p = async ([a = tick(1), b = a]: any[], { c = tick(2), ...d }: any = {}) => [await a, await b, await c, d]
  await attempt(log, 'parameters', () => p([], { c: undefined, e: 1 }))
  return 'end'
}
function a_(): any { throw new Error('a_') }
