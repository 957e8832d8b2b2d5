type Log = (...values: unknown[]) => void
const tick = async <T>(value: T): Promise<T> => value
const attempt = async (log: Log, name: string, f: () => unknown): Promise<void> => {
  try { log(name, 'value', await f()) } catch (e) { log(name, e instanceof Error ? `${e.constructor.name}: ${e.message}` : e) }
}
export async function main(log: Log): Promise<string> {
  // for-in
  const proto = { inherited: 1, shadowed: 2 }
  const o: any = Object.assign(Object.create(proto), { a: 1, b: 2, c: 3, 5: 5, 1: 1 })
  Object.defineProperty(o, 'shadowed', { value: 3, enumerable: false, configurable: true })
  for (const k in o) log(k, await tick(o[k]))
  for (const k in o) { log(k); await tick(0); delete o.b; o.added = 1 }
  for (const k in null as any) log('never', await tick(k))
  for (const k in undefined as any) log('never', await tick(k))
  for (const k in 'text' as any) log(k, await tick(k))
  for (const k in [7, , 9]) log(k, await tick(k))
  const target: any = {}
  for (target.x in { p: 1, q: 2 }) log(target, await tick(1))
  for (target[await tick('y')] in { p: 1, q: 2 }) log(target)
  for (var v in { p: 1 }) log(v, await tick(v))
  log('after', v!)
  for (const [first, second = await tick('-')] in { ab: 1, c: 2 } as any) log(first, second)
  const fs: any[] = []
  for (const k in { x: 1, y: 2 }) { fs.push(() => k); await tick(0) }
  log(fs.map((f) => f()))
  outer: for (const k in { x: 1, y: 2 }) for (const l in { z: 1, w: 2 }) { if (l === 'w') continue outer; await tick(0); log(k, l) }
  const handler = { ownKeys(t: any) { log('ownKeys'); return Reflect.ownKeys(t) }, getOwnPropertyDescriptor(t: any, k: any) { log('gopd', k); return Reflect.getOwnPropertyDescriptor(t, k) }, getPrototypeOf(t: any) { log('proto'); return Reflect.getPrototypeOf(t) }, has(t: any, k: any) { log('has', k); return k in t } }
  const becoming: any = { a: 1, b: 2 }
  for (const k in becoming) { log(k); Object.defineProperty(becoming, 'b', { enumerable: false, value: 1 }); await tick(0) }
  // moved to the prototype meanwhile
  const pr: any = { z: 1 }; const ch: any = Object.assign(Object.create(pr), { a: 1, z: 2 })
  for (const k in ch) { log(k); delete ch.z; await tick(0) }
  await attempt(log, 'dead', async () => { for (const k in { [await tick((k2 as any))]: 1 }) log(k); let k2 = 1; return k2 })
  await attempt(log, 'dead of', async () => { for (const q of [await tick(q as any)]) log(q); return 1 })
  await attempt(log, 'dead of 2', async () => { for (const q of [await tick(1), (() => q)()]) log(q); return 1 })
  return 'end'
}
