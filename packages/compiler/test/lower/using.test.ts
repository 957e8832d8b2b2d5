import test from 'ava'
import { agrees, traceLowered } from './programs.js'

const RESOURCE = `const resource = (name: string, log: any) => ({ name, [Symbol.dispose]() { log('release', name) } })\n`

test('the head of a for loop holds its resources until the loop is left', async (t) => {
  const source = `${RESOURCE}
    const tick = async (x: any) => x
    export async function main(log: any) {
      let i = 0
      loop: for (using r = resource('r', log), s = resource('s', log); i < 4; i++) {
        if (i === 1) continue loop
        if (i === 2) break loop
        log(i, await tick(r.name), s.name)
      }
      log('after')
    }`
  const expected = ["0 'r' 's'", "'release' 's'", "'release' 'r'", "'after'"]
  for (const mode of ['never', 'always'] as const) t.deepEqual((await traceLowered(source, mode)).log, expected, mode)
})

test('resources of the top level are released when the module has been evaluated', async (t) => {
  const { log } = await agrees(
    t,
    `const released: string[] = []
    using r = { name: 'r', [Symbol.dispose]() { released.push(this.name) } }
    { using s = { [Symbol.dispose]() { released.push('s', r.name) } } }
    released.push('end of module')
    export const name = () => r.name
    export async function main(log: any) { log(await name(), released) }`,
  )
  t.deepEqual(log, ["'r' [ 's', 'r', 'end of module', 'r' ]"])
})
