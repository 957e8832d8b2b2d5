import test from 'ava'
import { Logger, WorkersBackend, type SafePointOverdue } from '../src/index.js'
import { SystemEvents } from '../src/events.js'
import { Pulse } from '../src/safe-points/pulse.js'
import { PulseWatch } from '../src/safe-points/watch.js'
import { OverdueReports } from '../src/supervisor/overdue.js'
import { boot, run, start } from './booting.js'

/** A logger, and what it is told. */
function recorder(): { logger: Logger; warnings: string[] } {
  const warnings: string[] = []
  const warn = (message: string): void => {
    warnings.push(message)
  }
  const ignore = (): void => undefined
  const logger: Logger = { debug: ignore, info: ignore, warn, error: warn, child: () => logger }
  return { logger, warnings }
}

test('a function that keeps a kernel from its safe points is named, with its place, while it runs', async (t) => {
  const { logger, warnings } = recorder()
  const backend = new WorkersBackend({ kernels: 1, overdueMs: 200 })
  await using system = await boot(backend, (container) => container.register(Logger, { useValue: logger }))
  const overdue = new Promise<SafePointOverdue>((resolve) => system.events.once('safe-point-overdue', resolve))
  await start(system, 'busy', { argv: ['60000'] })
  t.like(await overdue, { kernel: 1, ms: 200, function: 'crunches' })
  t.is(warnings.length, 1, warnings.join('\n'))
  t.regex(warnings[0], /^crunches \(test\/programs\/busy\.ts:[2-5]:\d+\) keeps its kernel from its safe points/)
})

test('nobody is warned of kernels that come to their safe points, nor where that is turned off', async (t) => {
  for (const [name, overdueMs] of [
    ['traced', 5000],
    ['busy', Infinity],
  ] as const) {
    const backend = new WorkersBackend({ kernels: 2, overdueMs })
    await using system = await boot(backend)
    system.events.on('safe-point-overdue', (event) => t.fail(JSON.stringify(event)))
    t.is((await run(system, name, { argv: ['300'] })).status, 0)
  }
})

test('a kernel that stands still is looked into again after twice the time, until it comes to a safe point', (t) => {
  let nowUs = 0
  let tick: () => void = () => undefined
  const clock = {
    monotonicUs: () => nowUs,
    realtimeMs: () => 0,
    setTimer: (_atUs: number, callback: () => void) => {
      tick = callback
      return () => undefined
    },
  }
  const overdue: number[] = []
  const watch = new PulseWatch(clock, 400, () => overdue.push(nowUs / 1000))
  const memory = new SharedArrayBuffer(4)
  const pulse = new Pulse(memory)
  watch.add(1, memory)
  const pass = (ms: number): void => {
    for (const end = nowUs + ms * 1000; nowUs < end;) {
      nowUs += 100_000
      tick()
    }
  }
  pulse.beat()
  pass(3000)
  t.deepEqual(overdue, [500, 900, 1700])
  pulse.beat()
  pass(600)
  t.deepEqual(overdue, [500, 900, 1700, 3500])
  pulse.rest()
  pass(3000)
  t.is(overdue.length, 4)
})

test('each function is warned of once, and what is not the program is not blamed', (t) => {
  const { logger, warnings } = recorder()
  const reports = new OverdueReports(logger, new SystemEvents(() => undefined))
  const stackOf = (name: string, line: number): string[] => [
    '    at sort (node:internal/sort:1:1)',
    `    at ${name} (atoll:x/app.ts:${line}:1)`,
    '    at run (file:///elsewhere/run.js:1:1)',
  ]
  reports.report(1, 1000, stackOf('first', 1))
  reports.report(2, 1000, stackOf('first', 2))
  reports.report(1, 1000, stackOf('second', 1))
  reports.report(1, 1000, ['    at run (file:///elsewhere/run.js:1:1)'])
  t.deepEqual(
    warnings.map((warning) => /^\w+/.exec(warning)?.[0]),
    ['first', 'second'],
  )
  reports.report(1, 1000, [])
  t.regex(warnings[2], /a native call that does not return/)
})
