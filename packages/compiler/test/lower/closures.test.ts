import test from 'ava'
import { agrees } from './programs.js'

const program = (body: string, before = ''): string => `${before}
async function tick<T>(value: T): Promise<T> { return value }
async function fail(message: string): Promise<never> { throw new Error(message) }
export async function main(log: (...values: unknown[]) => void): Promise<unknown> {
${body}
}`

const CASES: readonly (readonly [title: string, body: string, before?: string])[] = [
  [
    'closures share the variables they capture',
    'let n = 1; const inc = () => ++n; const get = () => n; inc(); await null; inc(); n += 10; log(get(), n); return n',
  ],
  [
    'each turn of a loop has variables of its own',
    `const fs: (() => number)[] = []
     for (let i = 0, j = 10; i < 3; i++, j--) { fs.push(() => i * 100 + j); fs.push(() => (i += 5)); await null }
     for (const f of fs) log(f())
     const gs: (() => unknown)[] = []
     for (const x of [1, 2]) { let y = x * 2; gs.push(() => y++ + x); await null }
     for (const k in { a: 1, b: 2 }) gs.push(() => k)
     for (const { a, b = a + 1 } of [{ a: 1 }, { a: 3, b: 9 }]) { gs.push(() => a * 10 + b); await tick(b) }
     for (const g of gs) log(g(), g())
     let k = 0; while (k < 2) { const c = k++; gs.push(() => c) ; await null } log(gs.at(-1)!(), gs.at(-2)!())`,
  ],
  [
    'closures made in the head of a loop see the first turn only',
    'const fs: any[] = []; for (let i = 0, f = () => i; i < 3; i++) { fs.push(f); fs.push(() => i); await null } log(fs.map((f) => f()))',
  ],
  [
    'functions are hoisted',
    'log(early(2), typeof late); await null; { log(inner()); function inner() { return early(3) } } function early(n: number): number { return n < 1 ? 0 : n + early(n - 1) } var late = 1; return late',
  ],
  [
    'a variable is not read before its declaration',
    `const f = () => x
     try { f() } catch (e) { log(e) }
     try { log(typeof (() => y)()) } catch (e) { log(e) }
     try { z = 1 } catch (e) { log(e) }
     try { use() } catch (e) { log(e) }
     let x = 1, y = await tick(2), z = 3
     log(f(), y, z, use())
     try { let a = 1; { log(a2); const a2 = 1 } } catch (e) { log(e) }
     function use() { return z }
     switch (1 as number) { case 0: let q = 1; break; case 1: try { log(q!) } catch (e) { log(e) } }
     try { const self: any = ((): any => self)() } catch (e) { log(e) }
     try { for (const v of [v!]) log(v) } catch (e) { log(e) }
     const rec = (n: number): number => n ? rec(n - 1) : 7; log(rec(3))`,
  ],
  [
    'constants are not assigned',
    'const c = 1; try { (c as any) = await tick(2) } catch (e) { log(e) } try { (c as any)++ } catch (e) { log(e) } const d = 1; const f = () => { (d as any) += 1 }; try { f() } catch (e) { log(e) } (d as any) ||= 5; log(c, d); try { [(c as any)] = [4] } catch (e) { log(e) } const g = () => d; log(g())',
  ],
  [
    'this, arguments and new.target are captured',
    `const o = { n: 7, async m(k: number) { const f = async () => this.n + k; return [await f(), (() => this.n)(), await tick(this.n)] } }
     log(await o.m(1), await o.m.call({ n: 1 } as any, 2))
     function args(this: unknown, ..._: number[]) { const f = () => arguments.length + arguments[0]; return f() }
     log(args(4, 5))
     async function aargs(..._: unknown[]) { await null; return [arguments.length, arguments[1]] }
     log(await (aargs as any)(1, 2, 3))
     function N(this: any) { const t = () => new.target; this.t = t() === N }
     log(new (N as any)().t)
     const outer = async () => typeof this; log(await outer())`,
  ],
  [
    'functions keep their names and lengths',
    `const a = async (x: number, y = 1) => x; async function b(x: number, y: number) {} ; const c = async function () {}; const d = async function e(...r: unknown[]) {}
     const o = { async m(x: number) {}, p: async () => {}, 'a-b': async () => {}, [await tick('k') + 1]: async () => {}, [Symbol.for('s')]: () => {}, async [\`n\${1}\`]() {} } as any
     for (const f of [a, b, c, d, o.m, o.p, o['a-b'], o.k1, o[Symbol.for('s')], o.n1, async () => {}, () => {}, (() => 1), main, tick]) log(f.name, f.length)
     let f = () => {}; let g; g = async () => {}; log(f.name, g.name); const { h = () => {} } = {} as any; log(h.name)
     log((({ x } = { x: 1 }, [y] = [2], ...z: unknown[]) => log).length, 'prototype' in a, 'prototype' in c)`,
  ],
  [
    'default parameters are evaluated once and in order',
    `const trace = (x: unknown) => (log(x), x)
     async function f(a = trace('a'), { b = trace('b'), c: [d = trace('d')] = [] as unknown[] } = {} as any, e = () => [a, b], ...rest: unknown[]) { await null; a = 'changed'; return [a, b, d, e(), rest, f.length] }
     log(await f()); log(await f(1, { b: 2, c: [3] }, () => ['x'], 4, 5)); log(await f(undefined, undefined, undefined))
     const g = (x: any, y = () => x, z = y()) => { x++; return [x, y(), z] }; log(g(1), g.length)
     const h = async (p = q2, q2 = 1) => p; try { await h() } catch (e) { log(e) }
     try { await (async ({ a }: any) => a)(null) } catch (e) { log(e instanceof TypeError) }`,
  ],
  [
    'classes in functions capture variables',
    `let count = 0; const base = 10
     class A { x = ++count; static s = 5; constructor(readonly y: number) {} get sum() { return this.x + this.y + base } async m(k: number) { await null; count++; return [this.sum + k, new B(1) instanceof A, A.name] } static async make() { return new A(await tick(3)) } f = () => this.x }
     class B extends A { constructor(y: number) { const g = () => this; super(y * 2); log(g() === this) } async m(k: number) { await null; return [k, this.f()] } }
     const a = new A(2); log(await a.m(1), (await A.make()).y, a.f(), count, A.s)
     log(await new B(4).m(1), B.name, await tick(new B(5).sum))
     const C = class { v = count }; log(C.name, new C().v)`,
  ],
  [
    'module-level classes have async methods',
    `const d = new D(1); log(await d.m(2), await D.of(3), await d['odd-name'](), await d.k1(), d.arrow(), await d.later())
     log(Object.getOwnPropertyNames(D.prototype), D.prototype.m.name, D.prototype.m.length)
     try { new (d.m as any)() } catch (e) { log(e instanceof TypeError) }`,
    `const key = 'k1'
     class P { constructor(readonly v: number) {} async m(x: number) { await null; return this.v + x } get g() { return this.v * 2 } static async of(x: number) { return 'of' + x } }
     class D extends P { w = this.v + 1; static all: D[] = []; async m(x: number): Promise<any> { const up = await super.m(x); return [up, this.w, super.g, await super.m(await tick(5))] }
       static async of(x: number): Promise<any> { return [await super.of(x), this.name] } async 'odd-name'() { return this.w } async [key]() { await null; return key } arrow = () => this.w
       later = async () => { await null; return this.w } }`,
  ],
  [
    'getters, setters and computed methods capture',
    `let v = 1; const k = 'dyn'; const o = { a: 0, get x() { return v }, set x(n) { v = n }, b: 1, [k + '!']() { return v }, ['ar' + 'row']: () => v } as any; o.x = 5; await null; log(o.x, v, o['dyn!'](), o['dyn!'].name, o.arrow(), o.arrow.name, Object.keys(o))`,
  ],
  [
    'named function expressions know themselves',
    `const f = async function g(n: number): Promise<number> { return n ? n + await g(n - 1) : (() => g.length)() }; log(await f(3)); const h = function k(n: number): unknown { return n ? [() => k][0]!() === k : 0 }; log(h(1)); const q = async function r() { try { (r as any) = 1 } catch (e) { log(e) } }; await q()`,
  ],
  [
    'names do not clash when they are hoisted',
    `const tick2 = 5; { const tick = 1; log(tick) } log(await tick(2)); { let x = 1; { let x = 2; await null; log(x) } log(x) } for (const x of [7]) { log(await tick2, x) } const $r = 1, $p = 2, $c = 3, $e1 = 4, $value = 5, __proto__ = 6, $1 = 7; const f = () => [$r, __proto__]; log($r, $p, $c, $e1, $value, await tick(__proto__), $1, f())`,
  ],
  [
    'closures are called without a receiver',
    `const who = function (this: unknown) { return this === undefined }; const tag = (s: TemplateStringsArray, ...v: unknown[]) => [...s, ...v]; const g = () => [who(), who?.(), tag\`a\${1}b\`]; log(g()); let nf: any = 5; const h = () => nf(1); try { h() } catch (e) { log(e) } const hh = async () => await nf(1); try { await hh() } catch (e) { log(e) }`,
  ],
  [
    'catch parameters are captured',
    'const fs: any[] = []; for (const i of [1, 2]) { try { await fail("e" + i) } catch (e) { fs.push(() => (e as Error).message) } try { throw { a: i } } catch ({ a }) { fs.push(() => a) } } log(fs.map((f) => f()))',
  ],
  [
    'sync functions with captured variables keep their meaning',
    `function make(n: number) { const out: any[] = []; for (let i = 0; i < n; i++) { if (i === 1) continue; out.push(() => i++) } l: for (var v = 0; v < 3; v++) { for (const w of 'ab') { if (w === 'b') continue l; out.push(() => v + w) } } switch (n) { case 3: let z = 1; out.push(() => z++) } return out } log(make(3).map((f) => [f(), f()]))
    const gen = function* (n: number) { for (let i = 0; i < n; i++) yield () => i }; log([...gen(2)].map((f) => f()))
    var { a, ...rest } = { a: 1, b: 2, c: 3 } as any; const [x, , y = x, ...zs] = [1, 2, undefined, 4]; const q = () => [a, rest, x, y, zs]; log(q()); [a, rest.b] = [5, 6]; log(q())`,
  ],
]

for (const [title, body, before] of CASES) {
  test(title, async (t) => {
    await agrees(t, program(body, before))
  })
}
