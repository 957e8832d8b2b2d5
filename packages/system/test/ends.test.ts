import test from 'ava'
import { KernelStartError, SimBackend, WorkersBackend, type Simulation } from '../src/index.js'
import { boot, run, start } from './booting.js'

const BACKENDS = {
  sim: () => new SimBackend({ kernels: 1 }),
  workers: () => new WorkersBackend({ kernels: 1 }),
}

for (const [name, make] of Object.entries(BACKENDS)) {
  test(`an error that nobody can look at ends its thread like any other, on ${name}`, async (t) => {
    await using system = await boot(make())
    const { status, stdout } = await run(system, 'unshowable')
    t.is(status, 0)
    t.is(stdout, '[object Object]\n')
  })

  test(`a call from a host callback is refused when the main thread has ended, on ${name}`, async (t) => {
    await using system = await boot(make())
    const { status, stdout } = await run(system, 'call-back')
    t.is(status, 0)
    t.regex(stdout, /EPERM.*that thread has ended. Remedy: /)
  })
}

test('the timers of a process end with it', async (t) => {
  let last: Simulation | null = null
  const onStep = (simulation: Simulation): void => {
    last = simulation
  }
  await using system = await boot(new SimBackend({ kernels: 1, onStep }))
  t.is((await run(system, 'ticking')).status, 0)
  const [kernel] = (last as Simulation | null)?.kernels.values() ?? []
  t.is(kernel?.timers.size, 0)
})

test('a process whose origin dies with the reply to its start has ended', async (t) => {
  const backend = new SimBackend({ kernels: 2 })
  await using system = await boot(backend)
  system.events.on('process-started', ({ kernel }) => backend.lose(kernel))
  const child = await start(system, 'ticking', { cpus: [1] })
  t.regex((await child.wait()).reason, /lost kernel 2/)
})

test('a kernel that is lost twice is lost once', async (t) => {
  const backend = new SimBackend({ kernels: 2 })
  await using system = await boot(backend)
  const died: number[] = []
  system.events.on('kernel-died', ({ kernel }) => died.push(kernel))
  const killed = system.killKernel(2)
  backend.lose(2)
  await killed
  backend.lose(2)
  t.deepEqual(died, [2])
  t.throws(() => backend.lose(3), { message: /no kernel 3/ })
})

test('whoever ends a kernel goes on when it is known to be dead', async (t) => {
  for (const backend of [new SimBackend({ kernels: 2 }), new WorkersBackend({ kernels: 2 })]) {
    await using system = await boot(backend)
    await system.killKernel(2)
    t.deepEqual(
      system.kernels().map(({ kernel }) => kernel),
      [1],
    )
  }
})

test('a kernel that dies before all have joined is an error of booting', async (t) => {
  const simulated = new SimBackend({
    kernels: 2,
    onStep: () => simulated.lose(2),
  })
  const module = new URL('../../test/fixtures/dies.js', import.meta.url)
  const workers = new WorkersBackend({ kernels: 2, kernelModules: [{ module }] })
  for (const backend of [simulated, workers]) {
    await t.throwsAsync(() => boot(backend), { instanceOf: KernelStartError, message: /kernel 2 did not start/ })
  }
})

test('a kernel whose own code fails is dead: its processes end and say so, the others live on', async (t) => {
  const module = new URL('../../test/fixtures/failing-clock.js', import.meta.url)
  await using system = await boot(new WorkersBackend({ kernels: 2, kernelModules: [{ module }] }))
  const failed = await run(system, 'stop-clock', { cpus: [0] })
  t.like(failed, { signal: 'SIGKILL', status: 0 })
  t.regex(failed.reason, /lost kernel 1, its origin.*the clock has stopped/s)
  t.is((await run(system, 'placed', { cpus: [1] })).stdout, '1 1 1 1\n')
})

test('a program that awaits for ever at the top level of a module ends with an explanation', async (t) => {
  const module = new URL('../../test/fixtures/hasty-clock.js', import.meta.url)
  await using system = await boot(new WorkersBackend({ kernels: 1, kernelModules: [{ module }] }))
  const { status, stderr } = await run(system, 'never-evaluated')
  t.is(status, 1)
  t.regex(stderr, /entered on kernel 1: .*not been evaluated after 60 s: .*top level.*Remedy: await inside main/)
})

test('a process whose modules are being evaluated can be killed', async (t) => {
  await using system = await boot(new WorkersBackend({ kernels: 1 }))
  const child = await start(system, 'never-evaluated')
  child.kill()
  t.is((await child.wait()).signal, 'SIGKILL')
})
