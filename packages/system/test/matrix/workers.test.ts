import { WorkersBackend } from '@atoll/system'
import { testPrograms, titleOf, VARIATIONS } from './matrix.js'

testPrograms(
  VARIATIONS.map(({ kernels, forcedMotion }) => ({
    title: titleOf('workers', { kernels, forcedMotion }),
    backend: new WorkersBackend({ kernels, ...(forcedMotion && { forcedMotion }) }),
  })),
)
