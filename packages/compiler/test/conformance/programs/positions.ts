type Log = (...values: unknown[]) => void
const tick = async <T>(value: T): Promise<T> => value
const attempt = async (log: Log, name: string, f: () => unknown): Promise<void> => {
  try { log(name, 'value', await f()) } catch (e) { log(name, e instanceof Error ? `${e.constructor.name}: ${e.message}` : e) }
}
export async function main(log: Log): Promise<string> {
  const at = async <T>(v: T): Promise<T> => (log('at', v), v)
  const o: any = { a: 1, n: { m(...args: any[]) { return [this === o.n, ...args] } }, get g() { log('get g'); return 5 }, set s(v: any) { log('set s', v) } }
  // optional
  log(await o?.n?.m?.(await at(1), ...(await at([2, 3]))))
  log(o.missing?.[await at('never')].x(await at('never')))
  log((await at(o))?.n.m(await at(4)))
  log(o?.[await at('n')]?.[await at('m')](1))
  log(await (o?.n).m(1), await (o?.n?.m)(2), (await at(o?.n))?.m?.(3))
  log(delete o?.[await at('zzz')], delete (await at(o))?.a, o.a)
  log(delete o.n2?.[await at('never')])
  await attempt(log, 'opt call non-function', async () => o?.a?.b?.(await at(1)))
  await attempt(log, 'opt call number', async () => { o.num = 5; return o?.num?.(await at(1)) })
  await attempt(log, 'opt call number2', async () => { o.num = 5; return await o?.num?.() })
  await attempt(log, 'opt call number3', async () => { o.num = 5; return await o.num?.(await at(1)) })
  await attempt(log, 'opt null', async () => { o.nul = null; return o.nul?.x.y.z[await at(1)] })
  await attempt(log, 'opt null 2', async () => { o.nul = null; return o?.nul.x[await at(1)] })
  // logical
  let x: any = null; x ??= await at('x'); x ||= await at('never'); x &&= await at('xx'); log(x)
  o.l ??= await at('l'); o.l ??= await at('never'); o[(log('key'), 'l')] &&= await at('l2'); log(o.l)
  o[{ toString() { log('toString'); return 'conv' } } as any] ??= await at(1); log(o.conv)
  o[{ toString() { log('toString'); return 'conv' } } as any] += await at(1); log(o.conv)
  o.s ||= await at('set'); o.g ||= await at('never')
  let fn: any; fn ??= async () => await at(0); log(fn.name); fn = null; fn ||= function () {}; log(fn.name)
  // compound
  let i = 1; i += (i = 5, await at(i)); log(i)
  o.i = 1; o.i += (o.i = 7, await at(o.i)); log(o.i)
  i = 2; i **= await at(3); log(i); i <<= await at(1); log(i); i >>>= await at(1); log(i)
  const arr = [1, 2, 3]; let j = 0; arr[j++] += await at(10); arr[j++] *= await at(10); log(arr, j)
  log(arr[j++ - 2]++ + (await at(1)), arr[await at(0)]--, ++arr[await at(1)], arr)
  await attempt(log, 'null compound', async () => { let u: any = null; return (u.x += await at(1)) })
  await attempt(log, 'null compound key', async () => { let u: any = null; return (u[(log('key evaluated'), 'x')] += await at(1)) })
  await attempt(log, 'null assign key', async () => { let u: any = null; return (u[(log('key evaluated'), { toString() { log('tostring'); return 'x' } } as any)] = await at(1)) })
  await attempt(log, 'null assign', async () => { let u: any = undefined; u.x = await at(1) })
  await attempt(log, 'unresolvable', async () => { (globalThis as any).nope; ;(0, eval); return 1 })
  await attempt(log, 'undeclared', async () => { undeclared_ = await at(1) })
  await attempt(log, 'undeclared read', async () => [await at(1), undeclared_])
  await attempt(log, 'typeof undeclared', async () => [typeof undeclared_, typeof (await at(1))])
  await attempt(log, 'undeclared call', async () => undeclared_(await at(1)))
  await attempt(log, 'undeclared await call', async () => await undeclared_(await at(1)))
  await attempt(log, 'delete super', async () => delete o[await at('a')])
  // switch
  for (const s of [1, 2, 3, 4, NaN, undefined]) {
    sw: switch (await at(s)) {
      case await at(1): log('one')
      case (log('test 2'), 2): { log('two'); await at(0); break sw }
      default: log('default')
      case await at(3): log('three', await at(0)); break
      case 4: let z = await at(4); log(z)
    }
  }
  await attempt(log, 'switch tdz', async () => { switch (2 as number) { case 1: let z1 = 1; case 2: await at(0); return z1! } })
  await attempt(log, 'switch tdz assign', async () => { switch (2 as number) { case 1: let z1 = 1; case 2: await at(0); z1 = 5; return z1! } })
  // labels
  l1: { log('in'); if (await at(true)) break l1; log('never') }
  l2: for (let a = 0; a < 3; a++) { l4: { if (a === 1) continue l2; if (a === 2) break l2; await at(a); break l4 } log('after l4', a) }
  l5: if (await at(1)) { break l5 } else log('never')
  l6: try { await at(1); break l6 } finally { log('fin') }
  l7: do { await at('do'); continue l7 } while (await at(false))
  // comma, void, typeof, in, instanceof, new, template
  log((await at(1), await at(2)), void (await at(1)), 'a' in (await at({ a: 1 })), (await at([])) instanceof (await at(Array)))
  class K { args: any; nt: any; constructor(...args: any[]) { this.args = args; this.nt = new.target === K } }
  log(new K(await at(1), ...(await at([2])), 3), new (await at(K))(await at(1)), new (class { async m() { return await at('m') } })() !== null)
  log(`a${await at(1)}b${{ toString() { log('ts'); return 'T' } }}c${await at(2)}`)
  await attempt(log, 'template symbol', async () => `${Symbol('s') as any}${await at(1)}`)
  log({ [await at('k')]: await at('v'), ...(await at({ s: 1 })), get q() { return 1 }, async m() { return await at('m') }, __proto__: await at(null) })
  log([await at(1), , ...(await at([2, 3])), ...new Set([4])], [...(await at('ab'))])
  log(await at(1) ? await at(2) : await at(3), await at(null) ?? await at(4), await at(0) || await at(5), await at(0) && await at(6))
  log(-(await at(3)), ~(await at(1)), !(await at(0)), +(await at('7')), 2 ** (await at(3)), (await at(2)) ** 2)
  log(await (await (await at(at(at(1))))))
  const tag = (s: TemplateStringsArray, ...v: any[]) => [s, s.raw.join('|'), v]
  const tagged = async () => tag`a${await at(1)}\n${2}c`
  const [t1] = await tagged(), [t2] = await tagged(); log(t1 === t2, Object.isFrozen(t1), t1)
  const obj = { pre: 'p', tag(s: any, ...v: any[]) { return [this.pre, s.raw, v] } }
  log(obj.tag`x${await at(1)}y`, await obj.tag`x${1}y`, obj?.tag(['a'] as any))
  log(tag`${await at(0)}\u0041`, (tag as any)`\unicode`[0])
  await attempt(log, 'tag not function', async () => (o.a as any)`x${await at(1)}`)
  await attempt(log, 'tag undefined', async () => (o.nothing as any)`x${await at(1)}`)
  log(new.target === undefined, (await (async function (this: any) { return [new.target, this, await at(1)] }).call(5 as any)))
  await attempt(log, 'yield order', async () => (await at('f1'), log)((await at('x'), 'called'), await at('y')))
  return 'end'
}
declare let undeclared_: any
