import { SimBackend } from '@atoll/system'
import { testPrograms, titleOf, VARIATIONS } from './matrix.js'

/** How many schedules of each configuration; a soak gives thousands for all scenarios together. */
const SEEDS = Math.max(2, Math.floor(Number(process.env['ATOLL_SIM_SEEDS'] ?? 0) / 100))

testPrograms(
  VARIATIONS.flatMap(({ kernels, forcedMotion }) =>
    Array.from({ length: SEEDS }, (_, index) => ({
      title: `${titleOf('sim', { kernels, forcedMotion })}, seed ${index + 1}`,
      backend: new SimBackend({ kernels, seed: index + 1, ...(forcedMotion && { forcedMotion }) }),
    })),
  ),
)
