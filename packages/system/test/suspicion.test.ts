import 'reflect-metadata'
import test from 'ava'
import { Logger, Placement, SimBackend, StderrLogger, type Simulation } from '../src/index.js'
import { boot, run } from './booting.js'

test('a kernel that sends what no correct kernel sends is ended, and the others go on', async (t) => {
  let isToBreak = false
  const backend = new SimBackend({ kernels: 3, onStep: breakOnce })
  const logged: string[] = []
  const logger = new StderrLogger({ level: 'error', write: (line) => void logged.push(line) })
  await using system = await boot(backend, (container) => {
    container.register(Logger, { useValue: logger })
    container.register<Placement>(Placement, { useValue: { place: ([first]) => first } })
  })
  const died = new Promise((resolve) => system.events.once('kernel-died', ({ kernel }) => resolve(kernel)))
  t.is((await run(system, 'placed')).stdout, '0 0 1 2\n', 'now every kernel has a link to the first')

  isToBreak = true
  const { stdout, status } = await run(system, 'chance')
  t.is(status, 0, stdout)
  t.is(await died, 2)
  t.regex(logged.join(''), /a kernel is ended because a link to it broke.*kernel.*2.*reporter.*1/)

  t.notRegex((await run(system, 'placed')).stdout, /1/, 'its CPU is nobody’s any more')

  function breakOnce({ network }: Simulation): void {
    if (isToBreak) network.damage(2, 1)
    isToBreak = false
  }
})
