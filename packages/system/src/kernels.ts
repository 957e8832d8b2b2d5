import { MAX_KERNELS } from './backend.js'
import { InvalidBackendError } from './errors.js'

/** @throws InvalidBackendError unless a system can have so many kernels. */
export function checkKernels(kernels: number): number {
  if (Number.isInteger(kernels) && kernels >= 1 && kernels <= MAX_KERNELS) return kernels
  throw new InvalidBackendError(`a system of ${kernels} kernels can't be: give an integer of 1 … ${MAX_KERNELS}`)
}
