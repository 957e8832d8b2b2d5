import 'reflect-metadata'
import { Backend, System, WorkersBackend } from '@atoll/system'
import { text } from 'node:stream/consumers'
import { container, type DependencyContainer } from 'tsyringe'
import { MeasuringProgram } from './measuring-program.js'
import { succeed } from './program-failure.js'

/** Where the programs' sources are: Atoll compiles them itself. */
const WORKSPACE = new URL('../../../../', import.meta.url)

/** An Atoll system on worker threads, and what rows run on it. */
export class AtollSystem {
  readonly #system: System

  private constructor(system: System) {
    this.#system = system
  }

  /** Boots a system of so many kernels; `prepare` registers more than the backend. */
  static async boot(
    kernels: number,
    prepare: (container: DependencyContainer) => void = () => undefined,
  ): Promise<AtollSystem> {
    const own = container.createChildContainer()
    own.register(Backend, { useValue: new WorkersBackend({ kernels }) })
    prepare(own)
    return new AtollSystem(await System.boot(own))
  }

  /**
   * Starts a program of `benchmarks/src/programs` on the first kernel: it takes samples until it is closed.
   *
   * @throws CompileError, ProgramFailedError
   */
  start(program: string, argv: readonly string[] = []): Promise<MeasuringProgram> {
    const entry = new URL(`benchmarks/src/programs/${program}.ts`, WORKSPACE)
    return MeasuringProgram.start((channel) => this.#system.spawn(entry, { argv: [channel, ...argv], cpus: [0] }))
  }

  /**
   * Runs a program, named relative to the workspace, to its end, and returns what it has printed.
   *
   * @throws CompileError, ProgramFailedError
   */
  async run(program: string, argv: readonly string[]): Promise<string> {
    const child = await this.#system.spawn(new URL(program, WORKSPACE), { argv })
    const output = text(child.stdout)
    await succeed(child)
    return output
  }

  async shutdown(): Promise<void> {
    await this.#system.shutdown()
  }
}

/** A measuring program and the system under it, to be closed together. */
export interface OpenProgram {
  readonly sample: () => Promise<number>
  readonly close: () => Promise<void>
}

/** Boots a system for one measuring program. */
export async function openProgram(program: string, argv: readonly string[] = [], kernels = 2): Promise<OpenProgram> {
  const system = await AtollSystem.boot(kernels)
  const running = await system.start(program, argv)
  return {
    sample: () => running.sample(),
    close: async () => {
      await running.close()
      await system.shutdown()
    },
  }
}
