import 'reflect-metadata'
import test from 'ava'
import { SpawnError, WorkersBackend } from '../src/index.js'
import { boot, program, run, start } from './booting.js'

test('a kernel whose thread never reaches a safe point can be ended, and others go on meanwhile', async (t) => {
  await using system = await boot(new WorkersBackend({ kernels: 2 }))
  const stuck = await start(system, 'plain-loop', { cpus: [0] })
  await new Promise((resolve) => stuck.stdout.once('data', resolve))
  t.is((await run(system, 'placed', { cpus: [1] })).stdout, '1 1 1 1\n')
  const refused = start(system, 'placed', { cpus: [0] })
  const ended = stuck.wait()
  await Promise.all([
    system.killKernel(1),
    t.throwsAsync(() => refused, { instanceOf: SpawnError, message: /kernel 1 went down/ }),
  ])
  t.like(await ended, { signal: 'SIGKILL', status: 0 })
  t.regex((await ended).reason, /lost kernel 1, its origin/)
})

test('a system with a kernel that is stuck can be shut down', async (t) => {
  const system = await boot(new WorkersBackend({ kernels: 1 }))
  const stuck = await start(system, 'plain-loop')
  await new Promise((resolve) => stuck.stdout.once('data', resolve))
  const [{ signal }] = await Promise.all([stuck.wait(), system.shutdown()])
  t.is(signal, 'SIGKILL')
})

test('every kernel describes the computer that it runs on', async (t) => {
  await using system = await boot(new WorkersBackend({ kernels: 2 }))
  const [node, ...others] = system.nodes()
  t.deepEqual(others, [])
  t.is(node?.isa, process.arch)
  t.true((node?.speed ?? 0) > 0)
})

test('threads move in both forced-motion modes, and no program notices', async (t) => {
  for (const forcedMotion of ['capture', 'hop'] as const) {
    await using system = await boot(new WorkersBackend({ kernels: 3, forcedMotion, seed: 1 }))
    const { status, stdout } = await run(system, 'shuffle')
    t.is(status, 60)
    t.is(stdout.split('\n').length, 25)
  }
})

test("threads' events stop when nobody listens any more", async (t) => {
  await using system = await boot(new WorkersBackend({ kernels: 2 }))
  await program('shuffle')
  let count = 0
  const listener = (): void => void count++
  system.events.on('thread-moved', listener)
  await run(system, 'shuffle')
  t.true(count > 0)
  system.events.off('thread-moved', listener)
  count = 0
  await run(system, 'shuffle')
  t.is(count, 0)
})
