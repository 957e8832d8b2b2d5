type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

export async function main(log: Log): Promise<void> {
  const o: any = {
    name: 'o',
    async m(x: unknown) {
      return [this?.name, await tick(x)]
    },
    deep: { name: 'deep', async m(x: unknown) { return [this?.name, x] }, list: [async () => 'listed'] }, // prettier-ignore
    zero: 0,
    empty: '',
    get: () => o,
    none: undefined,
  }
  log(await o?.m(1), await o.m?.(2), await o?.['m']?.(3), await o?.deep.m(4), await o.deep?.m?.(5))
  log(await o.none?.m(await tick('never')), await o.none?.(1), await o?.none?.deep.list[0](await tick('never')))
  log(await o.deep?.list[0]?.(), await o.get?.()?.m(6), await (o?.m)(7), await o.none?.m)
  log(
    (await tick(o))?.zero,
    (await tick(null))?.zero,
    (await tick(undefined as any))?.[await tick('never')],
    o.none?.[await tick('x')],
  )
  log(o?.zero?.toFixed(await tick(1)), o.empty?.length, (await o.m(1))?.[0]?.length)
  log(delete o?.zero, delete o.none?.x, delete (await tick(o))?.empty, Object.keys(o).length)
  log(await (await tick(o.none))?.(), `${o.none?.x}`, typeof o?.none?.x)
  const numbers: any = { list: [4, 5], missing: undefined }
  log(-numbers?.list[await tick(0)], +numbers?.list[await tick(1)], !numbers?.list[await tick(0)])
  log(typeof numbers?.list[await tick(1)], void numbers?.list[await tick(1)], ~numbers.missing?.[await tick(1)], numbers)
  let calls = 0
  const counted = () => (calls++, o)
  log(await counted()?.deep?.m(await tick(1)), calls)
  log(o.deep?.list[await tick(5)]?.x, o?.['de' + (await tick('ep'))]?.name)
  const failing = [
    async () => o.missing.x?.y,
    async () => await o.deep?.missing(),
    async () => await o?.name(await tick(1)),
    async () => await o.none(),
    async () => (o.none?.x).y,
    async () => await o.deep.list[7](),
  ]
  for (const f of failing) log(await f().then(String, (error: Error) => `${error.name}: ${error.message}`))

  let a: any = null
  let b: any = 0
  let c: any = 'c'
  const read = () => [a, b, c]
  log((a ??= await tick('a')), (b ||= await tick('b')), (c &&= await tick('C')), read())
  log((a ??= await tick('never')), (b ||= await tick('never')), ((a = ''), (a &&= await tick('never'))), read())
  const list = [1, 0, null] as any[]
  const at = async (i: number) => (log('at', i), i)
  log((list[log2(await at(0))] &&= 5), (list[log2(await at(1))] ||= 6), (list[log2(await at(2))] ??= await tick(7)), list)
  function log2(i: number): number {
    log('key', i)
    return i
  }
  const frozen = Object.freeze({ set: 1, unset: undefined as unknown })
  log(((frozen as any).set ||= await tick('not written')))
  log(await (async () => ((frozen as any).unset ??= await tick(1)))().catch((error: Error) => error.name))
}
