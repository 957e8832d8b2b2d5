import test from 'ava'
import { SimBackend, type Simulation } from '../src/index.js'
import { boot, run } from './booting.js'

const EIO = 'PosixError: pthread_once: EIO: kernel 2, the home of what the call waits for, has died or left'

test('no thread waits for a home that has died: a wait there ends, a call fails at once, a destructor is not run', async (t) => {
  const backend = new SimBackend({ kernels: 2, onStep: loseLate })
  await using system = await boot(backend)
  const { stdout, stderr, status } = await run(system, 'orphans', { cpus: [0] })
  t.is(stdout, ['the routine has run', EIO, 'ended', EIO, ''].join('\n'), stderr)
  t.is(status, 0)

  function loseLate({ clock, kernels }: Simulation): void {
    if (clock.nowUs > 5_000_000 && kernels.has(2)) backend.lose(2)
  }
})
