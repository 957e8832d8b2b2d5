import type { KernelId } from '@atoll/messaging'

/** Objects that one kernel can make. */
const NUMBERS_PER_KERNEL = 2 ** 32

/** The name of the object that `kernel` makes as its `count`th (from 1): a number, never given to another object. */
export const handleOf = (kernel: KernelId, count: number): number => kernel * NUMBERS_PER_KERNEL + count

/** The kernel that made the object of this name: its home. `null`: no kernel can have made it. */
export const homeOfHandle = (handle: unknown): KernelId | null =>
  typeof handle === 'number' && Number.isSafeInteger(handle) && handle > NUMBERS_PER_KERNEL
    ? Math.floor(handle / NUMBERS_PER_KERNEL)
    : null
