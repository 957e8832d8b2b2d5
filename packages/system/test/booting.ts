import 'reflect-metadata'
import { compileProgram } from '@atoll/compiler'
import type { ProgramImage } from '@atoll/kernel'
import { text } from 'node:stream/consumers'
import { container as root, type DependencyContainer } from 'tsyringe'
import { Backend, System, type Child, type ProcessResult, type SpawnOptions } from '../src/index.js'

/** Boots a system on a backend; `prepare` registers more. */
export async function boot(backend: Backend, prepare?: (container: DependencyContainer) => void): Promise<System> {
  const container = root.createChildContainer()
  container.register(Backend, { useValue: backend })
  prepare?.(container)
  return System.boot(container)
}

const images = new Map<string, Promise<ProgramImage>>()

/** The image of a program of `test/programs`, compiled once. */
export function program(name: string): Promise<ProgramImage> {
  let image = images.get(name)
  if (!image) {
    image = compileProgram(new URL(`../../test/programs/${name}.ts`, import.meta.url))
    images.set(name, image)
  }
  return image
}

/** Starts a program of `test/programs`. */
export const start = async (system: System, name: string, options?: SpawnOptions): Promise<Child> =>
  system.spawn(await program(name), options)

/** All that a process writes, and how it ends. */
export interface Run extends ProcessResult {
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program of `test/programs` to its end. */
export async function run(system: System, name: string, options?: SpawnOptions): Promise<Run> {
  const child = await start(system, name, options)
  const [stdout, stderr, result] = await Promise.all([text(child.stdout), text(child.stderr), child.wait()])
  return { stdout, stderr, ...result }
}
