import { NodeFiles } from '@atoll/address-space'
import { Clock, HostClock, Logger, Random, SeededRandom, StderrLogger } from '@atoll/kernel'
import type { Transport as TransportPort } from '@atoll/messaging'
import { container as root, type DependencyContainer } from 'tsyringe'
import { HostFiles } from '../host-files.js'
import { Transport } from '../transport.js'
import type { KernelSettings, RegisterKernelModule } from './settings.js'

/**
 * A kernel's own container: the ports' defaults, then what `prepare` puts in their place (a backend's own clock, say), then
 * what the kernel modules register.
 *
 * @throws TypeError if a kernel module has no such function.
 */
export async function kernelContainer(
  settings: KernelSettings,
  transport: TransportPort,
  prepare: (container: DependencyContainer) => void = () => undefined,
): Promise<DependencyContainer> {
  const { id, seed } = settings
  const container = root.createChildContainer()
  container.register(Transport, { useValue: transport })
  container.register(Clock, { useValue: new HostClock() })
  container.register(Random, { useValue: seed === null ? SeededRandom.fromEntropy() : new SeededRandom(seed + id) })
  container.register(Logger, { useValue: new StderrLogger({ details: { kernel: id } }) })
  container.register(HostFiles, { useValue: new NodeFiles() })
  prepare(container)
  for (const { module, export: name } of settings.kernelModules) {
    await (
      await registerFunction(module, name)
    )(container)
  }
  return container
}

async function registerFunction(module: string, name: string): Promise<RegisterKernelModule> {
  const { [name]: register } = (await import(module)) as Readonly<Record<string, unknown>>
  if (typeof register === 'function') return register as RegisterKernelModule
  throw new TypeError(`kernel module ${module} exports no function ${name}: export function ${name}(container) { … }`)
}
