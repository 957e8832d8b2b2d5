import 'reflect-metadata'
import test from 'ava'
import { SimBackend, WorkersBackend, type Backend } from '../src/index.js'
import { boot, run, start } from './booting.js'

const BACKENDS: readonly (readonly [string, () => Backend])[] = [
  ['sim', () => new SimBackend({ kernels: 1 })],
  ['workers', () => new WorkersBackend({ kernels: 1 })],
]

const WHAT = {
  fiber: 'a call whose promise nobody awaits',
  promise: 'a promise that nobody awaits',
  timer: "a timer's callback",
  host: 'a callback of a host API',
}

for (const [name, make] of BACKENDS) {
  test.serial(
    `on ${name}, an error outside of every thread ends its process, which is told so, and no other`,
    async (t) => {
      await using system = await boot(make())
      const other = await start(system, 'sleep', {})
      for (const [culprit, what] of Object.entries(WHAT)) {
        const { status, signal, stderr } = await run(system, 'reject', { argv: [culprit] })
        t.deepEqual({ status, signal }, { status: 1, signal: null }, what)
        t.regex(stderr, /^Uncaught RangeError: nobody awaits this\n +at .*reject\.ts:\d+/, what)
      }
      t.is(system.kernels().length, 1)
      other.kill()
      t.true(['SIGKILL', null].includes((await other.wait()).signal))
    },
  )
}
