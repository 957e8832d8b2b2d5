export const early = hoisted()
await null
export let [a, b = 'default', { c = () => 1 } = {}] = [1]
export var d
let unset
export const { e, ...f } = { e: 5, g: 6, h: await 7 }
export const looped = []
for (var v = 0, w = 'two'; v < 3; v++) looped.push(v)
for (var u of [1, 2]) looped.push(u)
for (var k in { key: 1 }) looped.push(k)
if (await true) {
  var nested = 'nested'
  let block = 'block'
  looped.push(() => block)
}
looped[6] = looped[6]()
export let count = 0 // @kernel-local
export const setCount = () => void (count = looped.length)
log(unset, u, k, nested, d)
export function hoisted() {
  return 'hoisted'
}
export default () => 'default'
export { v, w }
