/**
 * Boots Atoll systems from an ordinary Node program, and runs programs on them.
 *
 * @example
 * ```ts
 * import 'reflect-metadata'
 * import { container } from 'tsyringe'
 * import { Backend, System, WorkersBackend } from '@atoll/system'
 *
 * container.register(Backend, { useValue: new WorkersBackend({ kernels: 2 }) })
 * const system = await System.boot(container)
 * const child = await system.spawn(new URL('./app.ts', import.meta.url), { argv: ['S'] })
 * child.stdout.pipe(process.stdout)
 * console.log(await child.wait())
 * await system.shutdown()
 * ```
 *
 * @packageDocumentation
 */
import 'reflect-metadata'

export { Backend, MAX_KERNELS, type Monitor, type RunningBackend } from './backend.js'
export { Child, type ProcessResult } from './child.js'
export { ChildStreams, type Streams } from './child-streams.js'
export { Console, type OutputStream } from './console.js'
export * from './errors.js'
export { sourceRootOf } from './debuggable.js'
export { SystemEvents, type SafePointOverdue, type SystemEventMap, type ThreadMoved } from './events.js'
export type { KernelModule, KernelOptions, KernelSettings, RegisterKernelModule } from './kernel/settings.js'
export { SimBackend, type SimOptions } from './sim/backend.js'
export type { Simulation } from './sim/simulation.js'
export type { VirtualClock } from './sim/virtual-clock.js'
export type { KernelInfo } from '@atoll/kernel'
export { System, type SpawnOptions } from './system.js'
export { TraceFile } from './trace/trace-file.js'
export { Trace } from './trace/trace.js'
export { Transport } from './transport.js'
export { WorkersBackend, type WorkersOptions } from './workers/backend.js'

export { Clock, Logger, Placement, Random, StderrLogger, type ProgramImage, type TraceSink } from '@atoll/kernel'
export { LeastLoaded, RoundRobin, WorkStealing, type ForcedMotion } from '@atoll/migration'
export type { CompileError } from '@atoll/compiler'
