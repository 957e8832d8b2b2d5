type Log = (...values: unknown[]) => void
const tick = async <T>(value: T): Promise<T> => value
const attempt = async (log: Log, name: string, f: () => unknown): Promise<void> => {
  try { log(name, 'value', await f()) } catch (e) { log(name, describe(e)) }
}
const describe = (e: any): any => (e instanceof Error ? [e.name, e.message, ...('suppressed' in e ? [describe((e as any).error), describe((e as any).suppressed)] : [])] : e)
class Res {
  constructor(readonly log: Log, readonly name: string, readonly fails = false) { log('open', name) }
  [Symbol.dispose]() { this.log('dispose', this.name); if (this.fails) throw new Error(`dispose ${this.name}`) }
}
class AsyncRes extends Res {
  async [Symbol.asyncDispose]() { this.log('async dispose', this.name); await tick(0); this.log('async disposed', this.name); if (this.fails) throw new Error(`async dispose ${this.name}`) }
}
export async function main(log: Log): Promise<string> {
  { using a = new Res(log, 'a'), b = new Res(log, 'b'); log('body', a.name, b.name, await tick(1)); using c = null; using d = undefined; log(c, d) }
  await attempt(log, 'throw', async () => { using a = new Res(log, 'a'); await tick(0); throw new Error('body') })
  await attempt(log, 'return', async () => { using a = new Res(log, 'a'); return await tick('returned') })
  await attempt(log, 'suppressed', async () => { using a = new Res(log, 'a', true), b = new Res(log, 'b', true); throw new Error('body') })
  await attempt(log, 'fails', async () => { using a = new Res(log, 'a'), b = new Res(log, 'b', true); await tick(0) })
  await attempt(log, 'fails over return', async () => { using a = new Res(log, 'a', true); return await tick(0) })
  await attempt(log, 'await using', async () => { await using a = new AsyncRes(log, 'a'); await using b = new Res(log, 'sync b'); using c = new Res(log, 'c'); await using n = null; log('body'); return await tick(1) })
  await attempt(log, 'await using suppressed', async () => { await using a = new AsyncRes(log, 'a', true); using b = new Res(log, 'b', true); await using c = new Res(log, 'c', true); throw new Error('body') })
  await attempt(log, 'not object', async () => { using a = 5 as any; log('never') })
  await attempt(log, 'not disposable', async () => { using r = new Res(log, 'r'); using a = {} as any; log('never', a) })
  await attempt(log, 'not disposable method', async () => { using a = { [Symbol.dispose]: 5 } as any; log('never', a) })
  await attempt(log, 'not async disposable', async () => { await using a = {} as any; log('never', a) })
  await attempt(log, 'method read once', async () => { using a = Object.defineProperty({}, Symbol.dispose, { get: () => { log('get'); return () => log('disposed') } }) as any; await tick(0); log('body') })
  await attempt(log, 'receiver', async () => { await using a = { async [Symbol.asyncDispose]() { log(this === a) } } as any; await tick(0) })
  await attempt(log, 'init awaits', async () => { using a = await tick(new Res(log, 'a')), b = new Res(log, await tick('b')); log(a.name, b.name) })
  await attempt(log, 'for of', async () => { for (using r of [new Res(log, '1'), new Res(log, '2'), null]) { log(r?.name, await tick(0)); if (r?.name === '2') continue } })
  await attempt(log, 'for of break', async () => { out: for (const x of [1, 2]) for (using r of [new Res(log, `${x}`)]) { if (x === 2) break out; continue out } })
  await attempt(log, 'for of await using', async () => { for (await using r of [new AsyncRes(log, '1'), new Res(log, '2')]) log(r.name) })
  await attempt(log, 'for closures', async () => { const fs: any[] = []; for (using r of [new Res(log, '1'), new Res(log, '2')]) fs.push(async () => await tick(r.name)); for (const f of fs) log(await f()) })
  await attempt(log, 'const', async () => { using r: any = null; (r as any) = await tick(1) })
  await attempt(log, 'tdz', async () => { const f = () => r; f(); using r: any = null; await tick(r) })
  await attempt(log, 'loop', async () => { for (let i = 0; i < 3; i++) { using r = new Res(log, `${i}`); if (i === 1) continue; await tick(0); log(i) } })
  await attempt(log, 'switch', async () => { switch (await tick(1)) { case 1: { using r = new Res(log, 'in case'); break } } })
  await attempt(log, 'try', async () => { try { using r = new Res(log, 'r', true); await tick(0) } catch (e: any) { log('caught', e.message) } finally { using s = new Res(log, 's'); await tick(0) } })
  await attempt(log, 'nested functions', async () => { using r = new Res(log, 'outer'); const f = async () => { using r = new Res(log, 'inner'); return await tick(r.name) }; return [await f(), r.name] })
  await attempt(log, 'return call', async () => { using r = new Res(log, 'r'); return tick(log('evaluated')) })
  await attempt(log, 'using as name', async () => { const using = [1]; const x = 0; log(using [x]); return await tick(using) })
  const sync = (fails: boolean) => { using a = new Res(log, 'sync a', fails); { using b = new Res(log, 'sync b'); for (using c of [new Res(log, 'sync c')]) log(c.name) } return 'sync' }
  await attempt(log, 'sync', () => sync(false)); await attempt(log, 'sync fails', () => sync(true))
  class L { m() { using t = new Res(log, 'method'); return () => t.name } }
  log(new L().m()())
  await attempt(log, 'arguments', async function () { using a = new Res(log, 'a'); await tick(0); return [arguments.length, typeof this] } as any)
  await attempt(log, 'labelled block', async () => { b: { using a = new Res(log, 'a'); if (await tick(true)) break b; log('never') } return 'after' })
  await attempt(log, 'named', async () => { using f = Object.assign(() => {}, { [Symbol.dispose]() {} }); using g: any = null; return [f.name, await tick(0)] })
  return 'end'
}
