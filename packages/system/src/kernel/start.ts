import { KernelLoop, type Kernel } from '@atoll/kernel'
import { describeNode, measureSpeed, type Transport } from '@atoll/messaging'
import { assembleKernel } from './assemble.js'
import { kernelContainer } from './container.js'
import { catchHostErrors } from './host-errors.js'
import type { Pulse } from '../safe-points/pulse.js'
import type { KernelSettings } from './settings.js'

/** A kernel that runs in this isolate. */
export interface RunningKernel {
  readonly kernel: Kernel
  /** Resolves when it has joined the system; rejects with a `MessagingError` if it may not. */
  readonly joined: Promise<void>
  /** Ends it at once, as if its isolate had ended. */
  stop(): void
}

/** See {@link startKernel}. */
export interface StartOptions {
  /** Does other code than kernels and their programs run in this isolate? Its errors are then left to Node. @default false */
  readonly isIsolateShared?: boolean
  /** Shows that the kernel comes to its safe points, to who watches it from outside: see {@link Pulse}. @default nobody does */
  readonly pulse?: Pulse
}

/**
 * Runs a kernel in this isolate, in real time: what a backend's kernels call once they can reach the others. It measures its node, joins the
 * system, and runs until it is stopped or its isolate ends.
 *
 * @param settings From the backend, see `kernelSettings`.
 * @param transport The kernel's links; it belongs to the kernel from now on.
 */
export async function startKernel(
  settings: KernelSettings,
  transport: Transport,
  { isIsolateShared = false, pulse }: StartOptions = {},
): Promise<RunningKernel> {
  const container = await kernelContainer(settings, transport)
  const kernel = assembleKernel(container, settings)
  const { logger, messenger, membership } = kernel
  const stopCatching = catchHostErrors({ logger, isTheirOwn: !isIsolateShared, kernels: () => [kernel] })
  const joined = new Promise<void>((resolve, reject) => {
    membership.join(describeNode({ speed: measureSpeed() }), (error) => {
      if (error) reject(error)
      else resolve()
    })
  })
  const loop = loopFor(kernel, pulse)
  loop.start()
  return {
    kernel,
    joined,
    stop: () => {
      loop.stop()
      stopCatching()
      messenger.close()
    },
  }
}

/** Drives the kernel from this isolate's event loop. */
function loopFor(kernel: Kernel, pulse?: Pulse): KernelLoop {
  const { messenger, timers, scheduler, clock } = kernel
  const loop = new KernelLoop({
    messenger,
    clock,
    ...(pulse && { pulse }),
    runSlice: () => {
      const fired = timers.expire()
      return kernel.run() || fired ? 'ran' : 'idle'
    },
    nextDeadlineMs: () => (scheduler.idle ? timers.nextUs / 1000 : 0),
    beforePark: () => {
      kernel.balancer?.idle()
    },
  })
  kernel.onWork = loop.wake
  return loop
}
