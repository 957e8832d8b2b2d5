type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

export async function main(log: Log): Promise<string> {
  let sum = 0
  for (let i = 0; i < 10; i++) sum += await tick(i)
  log('for', sum)
  for (let i = 0, j = 10; i < j; i += 2, j--) log(i, j)
  for (let i = await tick(0); i < (await tick(3)); i += await tick(1)) log('awaited head', i)
  let k = 0
  for (;;) {
    if (++k > 3) break
    if (k === 2) continue
    log('endless', await tick(k))
  }
  for (; k < 6;) k++
  log('k', k)

  let n = 3
  while (n > 0) log('while', await tick(n--))
  while (await tick(n++ < 2)) log('awaited condition', n)
  do log('do', n--)
  while (n > (await tick(1)))
  do {
    n++
    if (n === 3) continue
    if (n === 5) break
    log('do block', await tick(n))
  } while (n < 10)
  log('n', n)

  for (const x of [1, 2, 3]) log('of', await tick(x))
  for (const x of await tick(['a', 'b'])) log('of awaited', x)
  for (const [key, value] of Object.entries({ a: 1, b: 2 })) log(key, await tick(value))
  for (const { x = await tick('default'), ...rest } of [{ x: 1, y: 2 }, { z: 3 }] as { x?: number }[]) log(x, rest)
  for (const c of 'añ😀') log('string', await tick(c))
  const target: { at?: number } = {}
  for (target.at of [1, 2]) await tick(0)
  log('target', target.at)
  let outer: number
  for (outer of [7, 8]) if (await tick(outer === 7)) break
  log('outer', outer!)

  for (const key in { a: 1, b: 2, 3: 0 }) log('in', await tick(key))
  const shrinking: Record<string, number> = { a: 1, b: 2, c: 3 }
  for (const key in shrinking) {
    delete shrinking['b']
    shrinking['d'] = 4
    log('in', await tick(key))
  }
  for (const key in Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true }, hidden: { value: 1 } }))
    log(await tick(key))
  for (const key in null as unknown as object) log('never', key)
  for (const index in 'ab') log(await tick(index))

  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      if (j === i) continue
      if (j + i === 3) break
      log(i, await tick(j))
    }
  }
  let turns = 0
  for (let i = 0; i < 1000; i++) for (let j = 0; j < 3; j++) turns++
  log(turns)
  for (const x of [1, 2, 3]) if (x === 2) return `returned ${await tick(x)} from a loop`
  return 'not reached'
}
