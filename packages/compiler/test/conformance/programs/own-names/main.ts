import { helper as h, thing as t, Cls as C } from './other.js'
export async function main(log: any) {
  const f = function helper() { return 1 }
  const g = (() => { function thing() {}; class Cls {} ; return [thing.name, Cls.name, (class helper {}).name] })()
  function thing() {}
  log(f.name, g, thing.name, h.name, t.name, C.name, h(), t())
  await 0
}
