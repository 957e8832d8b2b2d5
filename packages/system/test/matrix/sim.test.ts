import { fiberOf, Unwind } from '@atoll/kernel'
import { SimBackend } from '@atoll/system'
import { testPrograms, titleOf, VARIATIONS } from './matrix.js'

/*
 * Simulated kernels share this isolate: a rejection that nobody awaits in a program ends that program, which is what is tested. It is none of
 * the test runner's.
 */
const runners = process.listeners('unhandledRejection')
process.removeAllListeners('unhandledRejection')
process.on('unhandledRejection', (error, promise) => {
  const isProgram = fiberOf(promise) !== undefined || error instanceof Unwind
  if (!isProgram) for (const listener of runners) listener(error, promise)
})

/** Schedules per configuration; a soak gives more. Forced motion, which is slow, is as much of a schedule as chance. */
const SEEDS = Math.max(2, Math.floor(Number(process.env['ATOLL_SIM_SEEDS'] ?? 0) / 100))
const FORCED_SEEDS = Math.ceil(SEEDS / 2)

testPrograms(
  VARIATIONS.flatMap(({ kernels, forcedMotion }) =>
    Array.from({ length: forcedMotion ? FORCED_SEEDS : SEEDS }, (_, index) => ({
      title: `${titleOf('sim', { kernels, forcedMotion })}, seed ${index + 1}`,
      backend: new SimBackend({ kernels, seed: index + 1, ...(forcedMotion && { forcedMotion }) }),
    })),
  ),
)
