import {
  Clock,
  ForcedFuel,
  Kernel,
  Logger,
  Placement,
  Random,
  SLICE_US,
  TimedFuel,
  type FuelPolicy,
  type KernelParts,
} from '@atoll/kernel'
import { AddressSpaceService } from '@atoll/address-space'
import { Membership, Messenger } from '@atoll/messaging'
import { Balancer, builtInPolicies, Mover, RoundRobin, WorkBroker } from '@atoll/migration'
import * as posix from '@atoll/posix'
import { SyncService } from '@atoll/sync'
import type { DependencyContainer } from 'tsyringe'
import { HostFiles } from '../host-files.js'
import { Transport } from '../transport.js'
import type { KernelSettings } from './settings.js'
import { keepDeepStacks } from './stack-limit.js'

/** How a kernel of `sim` differs from others. */
export interface VirtualParts {
  readonly fuel: FuelPolicy
}

/** Makes a kernel of what its container holds, with all its services. It has not joined, and nothing runs it yet. */
export function assembleKernel(
  container: DependencyContainer,
  { id, forcedMotion }: KernelSettings,
  simulated: VirtualParts | null = null,
): Kernel {
  keepDeepStacks()
  const clock = container.resolve(Clock)
  const random = container.resolve(Random)
  const logger = container.resolve(Logger)
  const messenger = new Messenger({ transport: container.resolve(Transport), log: logger })
  const timed = (): FuelPolicy =>
    forcedMotion ? new ForcedFuel(random.fork()) : new TimedFuel(clock, SLICE_US, () => messenger.pending)
  const kernel = new Kernel({
    id,
    messenger,
    membership: new Membership(messenger),
    clock,
    random,
    logger,
    ...placementOf(container),
    fuel: simulated?.fuel ?? timed(),
    virtual: simulated !== null,
  })
  const mover = new Mover(kernel, forcedMotion)
  new WorkBroker(kernel)
  new Balancer(kernel, mover)
  new AddressSpaceService(kernel, container.resolve(HostFiles))
  new SyncService(kernel)
  kernel.externals.register('@atoll/posix', posix)
  return kernel
}

/** What a kernel module has registered counts alone. Without, the host may choose, and round robin is the default. */
function placementOf(container: DependencyContainer): Pick<KernelParts, 'placement' | 'policies'> {
  if (container.isRegistered(Placement)) return { placement: container.resolve(Placement), policies: new Map() }
  return { placement: new RoundRobin(), policies: builtInPolicies() }
}
