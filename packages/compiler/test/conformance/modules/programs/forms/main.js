import defaultClass, { Named, fails } from './classes.js'
import defaultValue, { a, b, c, d, e, f, looped, count, setCount, v, w, early, hoisted } from './variables.js'
import * as everything from './again.js'
import './resources.js'

log(defaultClass.name, new defaultClass().value, Named.name, Named.made, new Named().self(), fails())
log(defaultValue.name, a, b, c.name, d, e, f, looped, v, w, early, hoisted())
setCount()
log(count, Object.keys(everything), everything.other)

label: for (const x of [1, 2]) {
  for await (const y of [10, 20, Promise.resolve(30)]) {
    if (y === 20) continue label
    log(x, y)
  }
}
const sum = await [1, 2, 3].reduce(async (before, n) => (await before) + n, 0)
async function* numbers() {
  yield await sum
  yield* [1, 2]
}
for await (const n of numbers()) log(n)
const object = { key: await 1, [`k${await 2}`]: await 3, ...(await { rest: 4 }) }
log(object, (await null) ?? 'none', await (async () => 'arrow')(), typeof this)
const twice = async (n) => n * 2
const thrice = async function named(n) {
  return (await twice(n)) + n
}
log(twice.name, thrice.name, await thrice(5), await Promise.all([twice(1), thrice(1)]))
try {
  await Promise.reject(new Error('caught'))
} catch (error) {
  log(error.message)
} finally {
  log(await 'finally')
}
switch (await 2) {
  case 1:
    log('not this')
  case await 2:
    log('this')
}

export async function main() {
  log(await thrice(2), sum)
}
