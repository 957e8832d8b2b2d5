import test from 'ava'
import { agrees } from './programs.js'

const program = (body: string, before = ''): string => `${before}
async function tick<T>(value: T): Promise<T> { return value }
async function fail(message: string): Promise<never> { throw new Error(message) }
export async function main(log: (...values: unknown[]) => void): Promise<unknown> {
${body}
}`

const CASES: readonly (readonly [title: string, body: string, before?: string])[] = [
  ['values and calls are awaited', 'log(await 1, await tick(2), await Promise.resolve(3)); return await tick("x")'],
  [
    'recursion returns what the native function returns',
    'return await fib(9)',
    'async function fib(n: number): Promise<number> { return n < 2 ? n : (await fib(n - 1)) + (await fib(n - 2)) }',
  ],
  [
    'for loops count, continue and break',
    `let s = 0
     outer: for (let i = 0; i < 10; i++) {
       if (i === 2) continue
       for (let j = 0; ; j++) { if (j > i) continue outer; if (await tick(i * j > 20)) break outer; s += i * j }
     }
     return s`,
  ],
  [
    'while and do loops with awaits in their tests',
    'let n = 0; while (await tick(n < 5)) { n++; if (n === 3) continue; log(n) } do { log(n--) ; if (n === 2) continue } while (await tick(n > 0)); return n',
  ],
  [
    'a for loop may await in each part',
    'for (let i = await tick(0), n = await tick(3); await tick(i < n); i += await tick(1)) log(i)',
  ],
  [
    'for of walks arrays that grow',
    'const xs = [1, 2, 3]; for (const x of xs) { log(await tick(x)); if (x === 2) xs.push(9) } return xs',
  ],
  [
    'for of observes changes of maps and sets',
    `const m = new Map([[1, 'a'], [2, 'b'], [3, 'c']])
     for (const [k, v] of m) { log(k, await tick(v)); if (k === 1) { m.delete(2); m.set(4, 'd') } if (k === 3) { m.delete(1); m.set(1, 'again') } if (m.size > 5) break }
     const s = new Set('abc'); for (const c of s) { log(await tick(c)); if (c === 'b') s.add('z') }`,
  ],
  [
    'for of walks strings, typed arrays and array iterators',
    `for (const c of 'a😀b') log(await tick(c)); for (const n of new Uint8Array([1, 2])) log(await tick(n))
    for (const [i, x] of ['p', 'q'].entries()) log(i, await tick(x)); for (const i of ['p', 'q'].keys()) log(await tick(i)); for (const x of ['p'].values()) log(await tick(x))`,
  ],
  [
    'generators are closed when a loop is left early',
    `function* g() { try { yield 1; yield 2; yield 3 } finally { log('closed') } }
     for (const x of g()) { log(await tick(x)); if (x === 2) break }
     outer: for (const a of [1, 2]) { for (const x of g()) { log(a, x); if (x === 2) continue outer; await null } }
     try { for (const x of g()) { await fail('f' + x) } } catch (e) { log(e) }
     for (const x of g()) { if (x === 2) return await tick('done') }`,
  ],
  [
    'for in lists keys and passes over deleted ones',
    'const o: any = { a: 1, b: 2, c: 3 }; for (const k in o) { log(await tick(k)); delete o.b } for (const k in null as any) log(k); for (const k in Object.create({ p: 1 })) log(k)',
  ],
  [
    'switch falls through, breaks and has a default anywhere',
    `for (const x of [0, 1, 2, 3, 4]) { switch (x) { default: log('d'); case 1: log(await tick('one')); break; case 2: log('two'); case 3: { log('three'); await null; break } } }
     switch (2) { case await tick(1): log('no'); case await tick(2): log('yes'); case 3: log('on') }
     for (const x of [1, 2]) { switch (x) { case 1: continue; case 2: log(await tick('c')) } }`,
  ],
  [
    'catch and finally run in order, with awaits everywhere',
    `try { log('a'); await fail('x') } catch (e) { log(e, await tick('c')) } finally { log(await tick('f')) }
     try { try { await fail('inner') } finally { await tick(0); log('first') } } catch ({ message }: any) { log(message) }
     try { null!.x } catch (e) { log(e) } finally { log('end') }`,
  ],
  [
    'finally overrides completions',
    `const f = async (how: string): Promise<unknown> => {
       for (const i of [1, 2]) {
         try { if (how === 'throw') throw new Error('t'); if (how === 'return') return await tick('r' + i); if (how === 'break') break; if (how === 'continue') continue }
         finally { log(how, i, await tick('fin')); if (i === 2) { if (how === 'throw') return 'overridden'; if (how === 'continue') throw new Error('over') } else if (how === 'throw') continue }
       }
       return 'end ' + how
     }
     for (const how of ['throw', 'return', 'break', 'continue', 'none']) { try { log(await f(how)) } catch (e) { log('caught', e) } }`,
  ],
  [
    'a returned call is outside of the try',
    `const a = async () => { try { return fail('late') } catch { return 'caught' } finally { log('fin') } }
     const b = async () => { try { return await fail('early') } catch { return 'caught' } }
     try { log(await a()) } catch (e) { log(e) }
     log(await b())
     const c = async () => { try { return (null as any).x() } catch (e) { return 'sync ' + (e as Error).message } }
     log(await c())`,
  ],
  [
    'labelled blocks are left',
    `a: { b: { if (await tick(true)) break a; log('no') } log('no') } log('yes'); l: if (await tick(1)) { log(1); break l } x: try { break x } finally { log('f') }`,
  ],
  [
    'a promise that is returned is awaited',
    'const f = async () => Promise.resolve(1); const g = async () => { const p = f(); return p }; log(await g()); return tick(tick(2))',
  ],
  [
    'thenables are awaited',
    `const t = { then(ok: (v: unknown) => void) { ok('then') } }; log(await (t as any)); const f = async () => t; log(await f())`,
  ],
  [
    'calls that are not awaited run as fibers',
    `const p = tick(1), q = fail('q'); log(await p); try { await q } catch (e) { log(e) } log(await Promise.all([1, 2, 3].map(async (x) => { await null; return x * 2 })))`,
  ],
  [
    'loops without awaits are suspended and go on',
    'let s = 0; for (let i = 0; i < 30; i++) { for (let j = 0; j < i; j++) { if (j % 3 === 0) continue; s += i ^ j; if (s > 4000) return [s, i, j] } } return s',
  ],
]

for (const [title, body, before] of CASES) {
  test(title, async (t) => {
    await agrees(t, program(body, before))
  })
}
