/**
 * The kernels' side of a system: what a backend runs in each kernel's isolate. Loads no compiler.
 *
 * @packageDocumentation
 */
import 'reflect-metadata'

export { startKernel, type RunningKernel, type StartOptions } from './start.js'
export { Pulse } from '../safe-points/pulse.js'
export { kernelSettings, type KernelModule, type KernelOptions, type KernelSettings } from './settings.js'

export { Clock, Logger, Placement, Random, type Candidate } from '@atoll/kernel'
export { HostFiles } from '../host-files.js'
export { Transport } from '../transport.js'
export type { RegisterKernelModule } from './settings.js'
