import { waitCode } from '@atoll/kernel'
import type { Block } from './growth.js'
import { heapOf } from './replica.js'

/** The wait for another arena: ends with a {@link Block}. */
export const GROWING = waitCode('heap-growth', {
  slots: ['syscall', 'classIndex'],
  register: (frame, fiber, kernel, arrived) => {
    const { local, growth } = heapOf(fiber.thread.process)
    const classIndex = frame['classIndex'] as number
    const address = arrived ? local.allocate(classIndex) : null
    if (address === null) growth.wait(fiber, classIndex)
    else kernel.scheduler.wake(fiber, { address, isZero: local.isZero } satisfies Block, false)
  },
  withdraw: (_frame, fiber) => {
    heapOf(fiber.thread.process).growth.withdraw(fiber)
  },
})
