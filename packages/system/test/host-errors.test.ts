import test from 'ava'
import { WorkersBackend } from '../src/index.js'
import { boot, run, start } from './booting.js'

// On `sim`, programs share the isolate with AVA, which counts such errors as its tests': the command's tests try them there.
const WHAT = {
  fiber: 'a call whose promise nobody awaits',
  promise: 'a promise that nobody awaits',
  timer: "a timer's callback",
  host: 'a callback of a host API',
}

test('an error outside of every thread ends its process, which is told so, and nothing else', async (t) => {
  await using system = await boot(new WorkersBackend({ kernels: 1 }))
  const other = await start(system, 'sleep')
  for (const [culprit, what] of Object.entries(WHAT)) {
    const { status, signal, stderr } = await run(system, 'reject', { argv: [culprit] })
    t.deepEqual({ status, signal }, { status: 1, signal: null }, what)
    t.regex(stderr, /^Uncaught RangeError: nobody awaits this\n +at .*reject\.ts:\d+/, what)
  }
  t.is(system.kernels().length, 1)
  other.kill()
  t.is((await other.wait()).signal, 'SIGKILL')
})
