import { KernelLoop, type Kernel } from '@atoll/kernel'
import { describeNode, measureSpeed, type Transport } from '@atoll/messaging'
import { assembleKernel } from './assemble.js'
import { kernelContainer } from './container.js'
import { catchHostErrors } from './host-errors.js'
import type { KernelSettings } from './settings.js'

/**
 * Runs a kernel in this isolate, in real time: what a backend's kernels call once they can reach the others. It measures its node, joins the
 * system, and runs until its isolate ends.
 *
 * @param settings From the backend, see `kernelSettings`.
 * @param transport The kernel's links; it belongs to the kernel from now on.
 * @throws MessagingError if the supervisor does not let it join.
 */
export async function startKernel(settings: KernelSettings, transport: Transport): Promise<Kernel> {
  const container = await kernelContainer(settings, transport)
  const kernel = assembleKernel(container, settings)
  catchHostErrors({
    kernels: () => [kernel],
    logger: kernel.logger,
    isTheirOwn: true,
  })
  const joined = new Promise<void>((resolve, reject) => {
    kernel.membership.join(describeNode({ speed: measureSpeed() }), (error) => {
      if (error) reject(error)
      else resolve()
    })
  })
  runLoop(kernel)
  await joined
  return kernel
}

/** Drives the kernel from this isolate's event loop, for ever. */
function runLoop(kernel: Kernel): void {
  const { messenger, timers, scheduler, clock } = kernel
  const loop = new KernelLoop({
    messenger,
    clock,
    runSlice: () => {
      const fired = timers.expire()
      return kernel.run() || fired ? 'ran' : 'idle'
    },
    nextDeadlineMs: () => (scheduler.idle ? timers.nextUs / 1000 : 0),
  })
  kernel.onWork = loop.wake
  loop.start()
}
