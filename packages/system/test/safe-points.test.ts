import test from 'ava'
import { Logger, WorkersBackend, type SafePointOverdue } from '../src/index.js'
import { boot, run } from './booting.js'

test('a function that keeps a kernel from its safe points is named once, with its place', async (t) => {
  const warnings: string[] = []
  const warn = (message: string): void => {
    warnings.push(message)
  }
  const ignore = (): void => undefined
  const logger: Logger = { debug: ignore, info: ignore, warn, error: warn, child: () => logger }
  const backend = new WorkersBackend({ kernels: 1, overdueMs: 200 })
  await using system = await boot(backend, (container) => container.register(Logger, { useValue: logger }))
  const overdue: SafePointOverdue[] = []
  system.events.on('safe-point-overdue', (event) => overdue.push(event))
  const { status } = await run(system, 'busy')
  t.is(status, 0)
  t.is(warnings.length, 1, warnings.join('\n'))
  t.regex(warnings[0], /^crunches \(test\/programs\/busy\.ts:[2-5]:\d+\) keeps its kernel from its safe points/)
  t.true(overdue.length >= 1)
  t.like(overdue[0], { kernel: 1, ms: 200, function: 'crunches' })
})

test('nobody is warned of kernels that come to their safe points, nor where that is turned off', async (t) => {
  for (const [name, overdueMs] of [
    ['traced', 1000],
    ['busy', Infinity],
  ] as const) {
    const backend = new WorkersBackend({ kernels: 2, overdueMs })
    await using system = await boot(backend)
    system.events.on('safe-point-overdue', (event) => t.fail(JSON.stringify(event)))
    t.is((await run(system, name)).status, 0)
  }
})
