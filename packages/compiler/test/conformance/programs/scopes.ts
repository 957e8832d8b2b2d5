type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value
const t = 'module t'
const value = 'module value'

async function reservedNames(frame: number, $p: number, $c: number, $f: number): Promise<unknown[]> {
  const c = await tick(1)
  const t = await tick(2)
  const thrown = await tick(3)
  const resume = await tick(4)
  const $fuel = await tick(5)
  const fuel = 6
  const _t = 7
  const t1 = await tick(8)
  const env = { env: await tick(9) }
  const $env = () => [c, env, $fuel]
  const undefinedValue = undefined
  return [frame, $p, $c, $f, c, t, thrown, resume, $fuel, fuel, _t, t1, env, await tick($env()), undefinedValue]
}

async function variables(log: Log): Promise<void> {
  log(typeof hoisted, hoisted)
  if (await tick(true)) {
    var hoisted: string = await tick('assigned')
  }
  log(hoisted)
  var hoisted: string
  log(hoisted)
  for (var i = 0; i < 2; i++) {
    var inLoop: number
    log(inLoop!)
    inLoop = await tick(i)
  }
  log(i, inLoop!)
  const read = () => hoisted + i
  i = 50
  log(read())
  {
    let x = await tick('first block')
    log(x)
  }
  {
    let x
    log(x)
    x = await tick('second block')
    log(x)
  }
  let x = 'outer'
  const outer = x
  for (let x of [await tick(outer + '?')]) {
    log(x)
    {
      let x = await tick('innermost')
      log(x)
    }
    log(x)
  }
  log(x)
}

async function parameterScope(
  a: unknown,
  read = () => a,
  f = function () {
    return typeof body
  },
): Promise<unknown[]> {
  // prettier-ignore
  var a: unknown
  const before = a
  a = await tick('changed')
  var body = 1
  return [before, a, read(), f(), body]
}
declare const body: unknown

async function shadowedBuiltins(): Promise<unknown[]> {
  const Promise = await tick('promise')
  const Object = await tick('object')
  const Array = 'array'
  const Symbol = 'symbol'
  const [a, ...rest] = await tick([1, 2, 3])
  const { b, ...others } = await tick({ b: 1, c: 2 })
  for (const x of [1]) await tick(x)
  const undefined = await tick(5)
  return [Promise, Object, Array, Symbol, a, rest, b, others, undefined]
}

async function sameNames(t: string): Promise<string> {
  const inner = async (t: string): Promise<string> => {
    const innermost = async (): Promise<string> => {
      {
        const t = await tick('block')
        if (t === 'never') return t
      }
      return t
    }
    return await innermost()
  }
  return `${await inner('inner')} ${t} ${value}`
}

async function functionsInBlocks(log: Log): Promise<void> {
  for (let i = 0; i < 2; i++) {
    log(f())
    function f() {
      return `f${i}`
    }
    await tick(0)
    log(f())
  }
  switch (await tick(1)) {
    case 1:
      log(g())
      function g() {
        return 'g'
      }
  }
  if (await tick(true)) {
    const h = async () => await tick('h')
    log(await h())
  }
}

export async function main(log: Log): Promise<void> {
  log(await reservedNames(0, 1, 2, 3))
  await variables(log)
  log(await parameterScope('a'))
  log(await shadowedBuiltins())
  log(await sameNames('parameter'), t)
  await functionsInBlocks(log)
  const main = await tick('shadows the export')
  log(main)
  const log2 = log
  {
    const log = (text: string) => log2('inner log', text)
    log(await tick('text'))
  }
  let $r = await tick('r'), $i = await tick('i'), $S = await tick('S'), $U = () => [$r, $i, $S] // prettier-ignore
  log($r, $i, $S, $U())
}
