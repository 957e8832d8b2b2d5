import 'reflect-metadata'
import { message, protocol, SUPERVISOR } from '@atoll/messaging'
import test from 'ava'
import { text } from 'node:stream/consumers'
import {
  Console,
  Logger,
  LeastLoaded,
  Placement,
  SimBackend,
  WorkersBackend,
  type Backend,
  type KernelModule,
  type Simulation,
} from '../src/index.js'
import { boot, run, start } from './booting.js'

const LAST_CPU = new URL('../../test/fixtures/last-cpu.js', import.meta.url)

const BACKENDS: readonly (readonly [string, (kernelModules?: readonly KernelModule[]) => Backend])[] = [
  ['sim', (kernelModules = []) => new SimBackend({ kernels: 3, kernelModules })],
  ['workers', (kernelModules = []) => new WorkersBackend({ kernels: 3, kernelModules })],
]

for (const [name, make] of BACKENDS) {
  test(`on ${name}, threads are placed in turn by default`, async (t) => {
    await using system = await boot(make())
    t.is((await run(system, 'placed')).stdout, '0 0 1 2\n')
  })

  test(`on ${name}, a kernel module replaces the placement of threads`, async (t) => {
    for (const name of ['register', 'registerLater']) {
      await using system = await boot(make([{ module: LAST_CPU, export: name }]))
      t.is((await run(system, 'placed')).stdout, '0 2 2 2\n')
    }
  })

  test(`on ${name}, a built-in policy of the host places threads, too`, async (t) => {
    await using system = await boot(make(), (container) => container.register(Placement, { useClass: LeastLoaded }))
    const [main, first] = (await run(system, 'placed')).stdout.split(' ')
    t.not(first, main, 'the least loaded kernel is another one than that of the main thread')
  })

  test(`on ${name}, the host's placement says where processes begin`, async (t) => {
    await using system = await boot(make(), (container) => {
      container.register<Placement>(Placement, {
        useValue: { place: (candidates) => candidates.find(({ kernel }) => kernel === 2) ?? candidates[0] },
      })
    })
    const child = await start(system, 'placed')
    t.is(child.kernel, 2)
    t.regex(await text(child.stdout), /^1 /)
  })

  test(`on ${name}, a console takes what all processes write, in order`, async (t) => {
    const written: string[] = []
    const record: Console = {
      write: (pid, stream, data) => {
        written.push(`${pid} ${stream} ${Buffer.from(data).toString().trim()}`)
        return undefined
      },
    }
    await using system = await boot(make(), (container) => container.register(Console, { useValue: record }))
    const { pid, stdout, ...child } = await start(system, 'placed').then((child) => ({
      pid: child.pid,
      stdout: child.stdout,
      ended: child.wait(),
    }))
    await child.ended
    t.is(await text(stdout), '')
    t.deepEqual(written, [`${pid} stdout 0 0 1 2`])
  })
}

test('a kernel module that has no such function keeps its system from booting, and is named', async (t) => {
  const missing = { module: LAST_CPU, export: 'registr' }
  for (const make of [
    () => new SimBackend({ kernelModules: [missing] }),
    () => new WorkersBackend({ kernels: 1, kernelModules: [missing] }),
  ]) {
    await t.throwsAsync(() => boot(make()), { message: /last-cpu\.js exports no function registr/ })
  }
})

test("the host's logger is told what goes wrong in the supervisor", async (t) => {
  const stray = protocol('stray', 250, { hello: message(1, {}) })
  let simulation: Simulation | null = null
  const onStep = (stepped: Simulation): void => {
    simulation = stepped
  }
  const logged = new Promise<string>((resolve) => {
    const note = (message: string): void => {
      resolve(message)
    }
    const logger: Logger = { debug: note, info: note, warn: note, error: note, child: () => logger }
    void boot(new SimBackend({ onStep }), (container) => container.register(Logger, { useValue: logger })).then(
      (system) => {
        t.teardown(() => system.shutdown())
        simulation?.kernels.get(1)?.messenger.send(SUPERVISOR, stray.hello, {})
      },
    )
  })
  t.is(await logged, 'a message that nobody serves')
})
