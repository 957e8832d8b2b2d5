type Log = (...values: unknown[]) => void
const tick = async <T>(value: T): Promise<T> => value
const made: string[] = []
class S { static { using s = { [Symbol.dispose]() { made.push('static') } }; made.push(typeof s) } }
export async function main(log: Log): Promise<void> {
  class L { static { using s = { [Symbol.dispose]() { log('local static') } }; log(typeof s) } #p = 1; async *items() { using r = { [Symbol.dispose]: () => void log('gen released', this.#p) }; yield await tick(1); yield 2 } }
  for await (const x of new L().items()) { log(x); if (x === 1) continue; break }
  for await (using r of [{ [Symbol.dispose]() { log('r') } }, tick({ [Symbol.dispose]() { log('s') } })]) log(typeof r)
  for await (await using r of [tick({ async [Symbol.asyncDispose]() { log('as', await tick(1)) } })]) log(typeof r)
  function* g() { using r = { [Symbol.dispose]() { log('g released') } }; const [a = yield 1, b = yield 2] = [] as any; log(a, b); yield typeof r }
  const it = g(); log(it.next(), it.next('A'), it.next('B')); await tick(0); log(it.return(5 as any))
  const it2 = g(); it2.next(); await tick(0); log(it2.return(6 as any))
  log(made, typeof S)
}
