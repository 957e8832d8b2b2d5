import { WorkersBackend } from '@atoll/system'
import { testPrograms, titleOf, VARIATIONS } from './matrix.js'

testPrograms(
  VARIATIONS.map((variation) => ({
    title: titleOf('workers', variation),
    backend: new WorkersBackend({ kernels: variation.kernels, ...force(variation), seed: 1 }),
  })),
)

function force({ forcedMotion }: (typeof VARIATIONS)[number]): object {
  return forcedMotion === undefined ? {} : { forcedMotion }
}
