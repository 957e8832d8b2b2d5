type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

async function branches(n: number): Promise<string> {
  if (n === 0) return 'zero'
  else if ((await tick(n)) === 1) return 'one'
  else if (n < (await tick(5))) {
    if (n === 2) return await tick('two')
    return 'few'
  }
  return n > 100 ? ((await tick(n)) > 1000 ? 'huge' : 'big') : await tick('some')
}

async function mutates(): Promise<unknown> {
  const list = [1, 2, 3]
  const object: Record<string, any> = { n: 1, list }
  list[await tick(1)]! += await tick(10)
  list[list.length] = await tick(4)
  object['n']++
  object['n'] **= await tick(3)
  --object['list'][await tick(0)]
  object[await tick('added')] ??= await tick('value')
  object['list'].length -= await tick(1)
  let i = 0
  list[i++] = i++ + (await tick(i++))
  list[i] = await tick((i = 0))
  return [object, i]
}

async function expressionStatements(log: Log): Promise<void> {
  await tick(1)
  ;(await tick(true)) && log('and')
  ;(await tick(false)) || log('or')
  ;(await tick(null)) ?? log('nullish')
  ;(await tick(true)) ? log('yes') : log('no')
  void (await tick(log))('void')
  ;[await tick(1)].forEach((x) => log(x))
  await (
    await (
      await tick(tick)
    )(tick)
  )('thrice')
  {
  }
  if (await tick(false));
  else log('else')
  for (let i = 0; i < 2; log('update', i), i++);
}

async function conditions(a: boolean, b: boolean, c: boolean): Promise<string> {
  let trail = ''
  const is = async (name: string, v: boolean) => ((trail += name), v)
  if (((await is('a', a)) && (await is('b', b))) || !(await is('c', c))) trail += '!'
  while ((await is('w', !b)) && trail.length < 6) trail += '.'
  const value = (await is('x', a)) ? ((await is('y', b)) ? 1 : 2) : (await is('z', c)) || (b && !(await is('q', a)))
  return trail + value
}

async function manyLocals(): Promise<number> {
  const a = await tick(1), b = await tick(2), c = await tick(3), d = await tick(4), e = await tick(5) // prettier-ignore
  const f = a + b, g = await tick(c * d), h = e - (await tick(f)), i = [a, b, c, d, e, f, g, h] // prettier-ignore
  let sum = 0
  for (const x of i) {
    const y = x * (await tick(2))
    const z = y + 1
    sum += (await tick(z)) - y
  }
  return sum + a * b + (await tick(c)) * d + e + f + g + h
}

export async function main(log: Log): Promise<void> {
  for (const n of [0, 1, 2, 3, 50, 500, 5000]) log(n, await branches(n))
  log(await mutates(), await manyLocals())
  await expressionStatements(log)
  for (const a of [true, false])
    for (const b of [true, false]) for (const c of [true, false]) log(a, b, c, await conditions(a, b, c))
  const deep = async (n: number): Promise<number> => (n === 0 ? 0 : 1 + (await deep(n - 1)))
  log(await deep(500))
  var { a, b = await tick(2) } = { a: await tick(1) } as { a: number; b?: number }
  log(a, b)
  const result = await Promise.all([1, 2, 3].map(async (n) => {
    if (n === 2) return
    for (;;) { if (n > 5) return n; n += await tick(2) }
  })) // prettier-ignore
  log(result)
}
