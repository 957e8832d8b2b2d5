import 'reflect-metadata'
import { CompileError, compileProgram, formatCompileError } from '@atoll/compiler'
import {
  Backend,
  Console,
  SimBackend,
  System,
  sourceRootOf,
  SystemError,
  Trace,
  TraceFile,
  WorkersBackend,
  type Child,
  type ForcedMotion,
} from '@atoll/system'
import { container as root } from 'tsyringe'
import { HostConsole } from './host-console.js'
import { listenForDebugger, type InspectorAddress } from './inspector.js'
import { Interruption } from './interruption.js'
import { Routes } from './routes.js'
import { killedBy, SIMULATION_ERROR, USAGE_ERROR } from './status.js'

/** What `atoll run` is given. */
export interface RunOptions {
  readonly backend: 'sim' | 'workers'
  readonly kernels: number
  readonly seed?: number
  readonly forceMotion?: ForcedMotion
  readonly showKernels?: boolean
  readonly inspect?: InspectorAddress | true
  readonly inspectWait?: InspectorAddress | true
  /** Path of the trace's file. */
  readonly trace?: string
}

/** Compiles and runs a program. Returns the status that the command ends with. */
export async function run(program: string, argv: readonly string[], options: RunOptions): Promise<number> {
  const isInspected = listen(options)
  const interruption = new Interruption(options.backend)
  try {
    const [image, booted] = await both(compileProgram(program), boot(options, interruption))
    await using system = booted
    const routes = options.showKernels ? new Routes(system.events) : null
    const child = await system.spawn(image, {
      argv,
      env: environment(),
      ...(isInspected && { sourceRoot: sourceRootOf(program, image) }),
    })
    const status = await statusOf(child, interruption)
    if (routes) process.stderr.write(routes.report())
    return status
  } catch (error) {
    return explain(error)
  } finally {
    interruption.dispose()
  }
}

/** Lets a debugger attach, if one is to. Before anything else: what it waits for begins afterwards. */
function listen({ inspect, inspectWait }: RunOptions): boolean {
  const address = inspectWait ?? inspect
  if (address !== undefined) listenForDebugger(address, inspectWait !== undefined)
  return address !== undefined
}

async function boot(
  { backend, kernels, seed, forceMotion, trace }: RunOptions,
  interruption: Interruption,
): Promise<System> {
  const container = root.createChildContainer()
  const kernelOptions = {
    kernels,
    ...(seed !== undefined && { seed }),
    ...(forceMotion && { forcedMotion: forceMotion }),
  }
  const made = backend === 'sim' ? new SimBackend(kernelOptions) : new WorkersBackend(kernelOptions)
  container.register(Backend, { useValue: made })
  container.register(Console, { useValue: new HostConsole(() => interruption.interrupt('SIGPIPE')) })
  if (trace !== undefined) container.register<Trace | null>(Trace, { useValue: new TraceFile(trace) })
  return System.boot(container)
}

/** Kernels boot while the program is compiled. If either fails, the other is not left behind. */
async function both<T>(compiling: Promise<T>, booting: Promise<System>): Promise<[T, System]> {
  const [image, system] = await Promise.allSettled([compiling, booting])
  if (image.status === 'fulfilled' && system.status === 'fulfilled') return [image.value, system.value]
  if (system.status === 'fulfilled') await system.value.shutdown()
  throw image.status === 'rejected' ? image.reason : (system as PromiseRejectedResult).reason
}

async function statusOf(child: Child, interruption: Interruption): Promise<number> {
  const ended = await Promise.race([child.wait(), interruption.happened])
  if (typeof ended === 'string') return killedBy(ended)
  const { status, signal, reason } = ended
  if (signal === null) return status
  process.stderr.write(`atoll: process ${child.pid} was killed (${signal}): ${reason}\n`)
  return killedBy(signal)
}

/** One clear error. What is not an error of the program, its sources or its system is a fault of ours, and shown whole. */
function explain(error: unknown): number {
  if (error instanceof CompileError) process.stderr.write(`${formatCompileError(error)}\n`)
  else if (error instanceof SystemError) process.stderr.write(`atoll: ${error.message}\n`)
  else throw error
  return error instanceof SystemError && SIMULATION_CODES.has(error.code) ? SIMULATION_ERROR : USAGE_ERROR
}

const SIMULATION_CODES: ReadonlySet<string> = new Set(['EDEADLOCK', 'ESIMULATION'])

const environment = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))
