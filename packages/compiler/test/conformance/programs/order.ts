type Log = (...values: unknown[]) => void

export async function main(log: Log): Promise<void> {
  const now = <T>(value: T): T => (log('now', value), value)
  const tick = async <T>(value: T): Promise<T> => (log('tick', value), value)
  const f = async (...args: unknown[]) => (log('call', args), args.length)
  const traced = (name: string, target: any): any =>
    new Proxy(target, {
      get: (object, key) => (typeof key === 'string' && log(`get ${name}.${key}`), object[key]),
      set: (object, key, value) => (log(`set ${name}.${String(key)}`, value), (object[key] = value), true),
      has: (_object, key) => (log(`has ${name}.${String(key)}`), true),
      deleteProperty: (_object, key) => (log(`delete ${name}.${String(key)}`), true),
    })
  const o = traced('o', { n: 1, s: 's', f, deep: traced('deep', { n: 5, f }), nothing: null, list: [1, 2, 3] })
  const at = (label: string): any => (log('at', label), o)

  log('binary', now(1) + (await tick(2)) * now(3), (await tick(1)) - (await tick(2)), now(7) % (await tick(4)))
  log('comparison', now(1) < (await tick(2)), (await tick(2)) === now(2), now('b') > (await tick('a')))
  let x = 1
  log('variable first', x + (await tick((x = 10))) + x)
  log('variable in args', await f(x, (x = 2), await tick((x = 3)), x))
  log('variable in array', [x, await tick(x++), x, ++x, await tick(x), x--])
  log('arguments', await f(now(1), await tick(2), ...(await tick([3, 4])), now(5)))
  log('callee first', await at('callee').f(await tick('argument')))
  log('callee by key', await at('callee')[(await tick('f')) as 'f'](await tick(1)))
  log('callee expression', await (await tick(f))(await tick(1), now(2)))
  let g = async (n: number) => n
  const replace = async () => ((g = async (n) => n * 100), 1)
  log('callee saved', await g(await replace()), await g(1))
  log('this saved', await { v: 1, async m(n: number) { return this.v + n } }.m(await tick(1))) // prettier-ignore
  log('member', at('object').deep[await tick('n')], at('object').list[now(0) + (await tick(1))])
  log('array', [now(1), await tick(2), , ...(await tick([3])), await tick(4)]) // prettier-ignore
  log('object', { a: now(1), [await tick('b')]: await tick(2), ...(await tick({ c: 3 })), [now('d')]: now(4), async m() {}, get e() { return 5 } }) // prettier-ignore
  log('template', `${now(1)}-${await tick(2)}-${now(3)}`)
  log('conditional', (await tick(true)) ? await tick('yes') : await tick('no'), (await tick(0)) ? now(1) : now(2))
  log(
    'and or',
    (await tick(0)) && (await tick(1)),
    (await tick(0)) || (await tick(2)),
    (await tick(null)) ?? (await tick(3)),
  )
  log('and or', now(1) && (await tick(0)) && now(2), now(1) || (await tick(2)), now(0) ?? (await tick(2)))
  log('comma', (now(1), await tick(2), now(3)), (await tick(1), now(2)))
  log(
    'unary',
    -(await tick(1)),
    !(await tick(1)),
    ~(await tick(1)),
    typeof (await tick('x')),
    void (await tick(1)),
    +(await tick('3')),
  )
  log('nested await', await await tick(await tick(await tick(1))))
  log('exponent', now(2) ** ((await tick(3)) ** now(2)))

  at('target').n = await tick(2)
  at('target')[await tick('n')] = await tick(3)
  at('target')[now('n')] = now(4)
  at('compound').n += await tick(10)
  at('compound')[await tick('n')] *= await tick(2)
  log('update', at('update').n++, --at('update').deep[await tick('n')], (await tick(o)).n--)
  x = 5
  x += (x = 100) + (await tick(1))
  log('reads its left first', x)
  x = (x = await tick(1)) + (x += await tick(2)) + x
  log('chained', x)
  let p: unknown, q: unknown
  p = q = await tick('both')
  log(p, q)
  const result = (at('value').n = await tick('assigned'))
  log(result)

  log('in', (await tick('k')) in at('in'), now('k') in (await tick(o)))
  class K { static [Symbol.hasInstance](v: unknown) { log('hasInstance', v); return true } } // prettier-ignore
  log('instanceof', now(1) instanceof (await tick(K)), (await tick(2)) instanceof K)
  log('delete', delete at('delete').n, delete at('delete')[await tick('m')])
  class P { args: unknown[]; constructor(...args: unknown[]) { log('new', args); this.args = args } } // prettier-ignore
  log('new', new P(now(1), await tick(2), ...(await tick([3]))).args, new (await tick(P))(await tick(4)).args)
  const tag = (strings: readonly string[], ...values: unknown[]) => [strings.join('|'), values]
  log('tagged', tag`a${now(1)}b${await tick(2)}c`, (await tick(tag))`${now(3)}`, at('tag').deep.n)
  log(
    'optional',
    at('chain')?.deep?.[await tick('n')],
    at('chain').nothing?.x[await tick('never')],
    await at('chain').nothing?.f(await tick('never')),
  )
  log('optional call', await at('chain').deep?.f?.(await tick(1)), await at('chain').missing?.(await tick('never')))
  log(
    'logical assignment',
    (at('l').n ||= await tick('never')),
    (at('l').nothing ??= await tick(1)),
    (at('l')[await tick('n')] &&= await tick(0)),
  )
  log('spread', Math.max(...(await tick([1, 5])), await tick(3)), [...'ab', ...(await tick(new Set([1])))])
  log('promise arguments', await Promise.all([tick(1), await tick(2), now(3)]))
  if ((await tick(1)) + now(1) === 2 && !(await tick(false))) log('condition')
  const fails = async () => { throw new Error('failed') } // prettier-ignore
  try {
    now(1) + (await fails()) + now('never')
  } catch (error) {
    log((error as Error).message)
  }
  try {
    await f(now(1), await fails(), now('never'))
  } catch (error) {
    log((error as Error).message)
  }
  try {
    await (o.nothing as any)(now('evaluated'), await tick('evaluated too'))
  } catch (error) {
    log((error as Error).name)
  }
  try {
    o.nothing.x = await tick('evaluated')
  } catch (error) {
    log((error as Error).name)
  }
}
