import test from 'ava'
import { agrees } from './programs.js'

const program = (body: string): string => `
async function tick<T>(value: T): Promise<T> { return value }
let seen: unknown[] = [] // @kernel-local
export async function main(log: (...values: unknown[]) => void): Promise<unknown> {
const s = (name: string, value: any = name): any => { log('eval', name); return value }
const a = async (name: string, value: any = name): Promise<any> => { log('begin', name); await null; log('end', name); return value }
${body}
}`

const CASES: readonly (readonly [title: string, body: string])[] = [
  [
    'operands are evaluated in order',
    `log(s('1', 1) + await a('2', 2) * s('3', 3), [s('x'), await a('y'), ...s('z', [1]), await a('w'), s('v')]); let v = 1; log(v + (v = 5, await a('q', 1)) + v)`,
  ],
  [
    "a class's computed keys can't read its name",
    `for (const f of [() => class X { [X.name]() {} }, () => class X { static async [(() => String(X))()]() {} }])
      try { f(); await a('never') } catch (e: any) { log(e.name) }`,
  ],
  [
    'a function that is given as a prototype takes no name',
    `const o: any = { __proto__: () => s('x'), own: () => s('y') }; await a('z'); log(JSON.stringify([Object.getPrototypeOf(o).name, o.own.name, Object.keys(o)]))`,
  ],
  [
    'calls evaluate callee, receiver and arguments in order',
    `const o = { get m() { log('get'); return function (this: any, ...x: unknown[]) { return [this === o, ...x] } } }; log(s('o', o).m(s('1'), await a('2'), ...s('r', [7, 8])), await s('o', o).m(await a('p')), new (s('C', Array))(await a('n', 2)))`,
  ],
  [
    'errors of calls name the callee',
    `const o: any = { k: 5, p: {} }, list: any[] = [1], f: any = undefined
    for (const g of [async () => await o.m(), async () => await o.p.q(1), async () => await o.k(), async () => await list[0](), async () => await f(), async () => o.m(await a('1')), async () => await o?.p.z(), async () => await (0, o.m)(), async () => await o.missing.x(), async () => { const loc: any = 1; return await loc() }, async () => { let loc: any = 1; loc = 2; return loc(await a('2')) }, async () => { return o.tail() }])
      try { await g() } catch (e) { log(e) }`,
  ],
  [
    'properties are assigned after their parts are evaluated',
    `const o: any = { n: 1, d: { x: 2 } }; s('o', o)[s('k', 'n')] = await a('v', 5); o.n += await a('w', 2); (await a('o2', o)).d.x++; o[await a('k2', 'q')] ??= await a('z', 3); o.q ??= await a('no'); o.n &&= await a('and', 9); o.e ||= await a('or', 1); log(o, delete (await a('del', o)).e, typeof (await a('t', 1)), !(await a('neg', 0)), -(await a('m', 4))); let v = 1; v += await a('c', v++); v **= await a('p', 2); log(v); let u: any; u ??= await a('u', 6); u ||= await a('not'); log(u)`,
  ],
  [
    'logical and conditional operators evaluate what they need',
    `log(await a('f', 0) && await a('no'), await a('t', 1) && s('x'), s('y', null) ?? await a('z'), await a('c', true) ? await a('l') : await a('r'), s('n', 0) || await a('o', 0) || s('last')); (await a('stmt', 1)) && (await a('then')); s('cond', 0) ? await a('A') : await a('B'); if (await a('i', 1) && !(await a('j', 0))) log('in')`,
  ],
  [
    'optional chains stop where something is missing',
    `const o: any = { f: null, g: async (x: unknown) => x, h: { async k(this: any, y: unknown) { return [this === o.h, y] } } }; let n: any = null
    log(await o?.g(s('1')), await n?.g(s('never')), await o.f?.(s('never')), await o.h?.k(await a('2')), (await a('o', o))?.h.k.name, (await a('nil', null))?.[s('never')].x.y(), await o?.h?.['k']?.(3), o.z?.(await a('never')), n?.x[await a('never')])`,
  ],
  [
    'object literals keep order, spread and computed keys',
    `log({ a: s('1'), [s('k', 'b')]: await a('2'), ...s('sp', { c: 3, a: 9 }), ['d' + await a('e')]: s('f'), g: await a('h'), i() { return 1 }, __proto__: null })`,
  ],
  [
    'templates convert in order',
    `const t = { toString() { log('toString'); return 'T' } }; log(\`\${t}-\${await a('x')}-\${s('y')}\`); const tag = (st: any, ...v: unknown[]) => [st.raw.join('|'), v]; const o = { tag(st: any, ...v: unknown[]) { return [this === o, v] } }; log(tag\`a\${s('1')}b\${await a('2')}\`, o.tag\`\${await a('3')}\`, s('tg', tag)\`\${await a('4')}\`)`,
  ],
  [
    'destructuring takes defaults that await',
    `const { p = await a('p'), q: { r = await a('r') } = await a('q', {}), ['c' + s('k')]: z = await a('z'), ...rest } = { other: 1, p: undefined, t: 2 } as any; log(p, r, z, rest); const [x, y = await a('y'), [w = await a('w')] = [] as any, ...v] = [1] as any; log(x, y, w, v); let m: any, o: any = {}; [m = await a('m'), o.x] = [undefined, 2]; ({ m: o.y = await a('oy'), [await a('key', 'h')]: o.z } = { h: 4 } as any); log(m, o); for (const { i = await a('i') } of [{}, { i: 2 }] as any) log(i); try { const { n = await a('n') } = null as any } catch (e) { log(e instanceof TypeError) } let r1, r2; log(([r1, r2] = await a('pair', [1, 2])), r1, r2); ({ length: r1 } = await a('str', 'four')); log(r1)`,
  ],
  [
    'sequences and nested awaits',
    `log((await a('1'), s('2'), await a('3')), await (await a('f', a))('g'), await a(await a(await a('deep'))), void await a('v')); const fn = await a('fn', (x: number) => x + 1); log(fn(await a('n', 1)))`,
  ],
  [
    'new, delete, in and instanceof',
    `class K { constructor(public x: any) {} }; log(new K(await a('x')).x, new (await a('K', K))(s('y')).x, s('l', 'a') in await a('o', { a: 1 }), (await a('k', new K(1))) instanceof s('K', K))`,
  ],
  [
    'regular expressions, bigints and this survive',
    `const r = /a(b)/g; log('abab'.replace(r, await a('x')), 2n ** await a('n', 3n)); return await a('end')`,
  ],
]

for (const [title, body] of CASES) {
  test(title, async (t) => {
    await agrees(t, program(body))
  })
}
