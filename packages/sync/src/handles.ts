import type { KernelId } from '@atoll/messaging'

/** Objects that one kernel can make. */
const NUMBERS_PER_KERNEL = 2 ** 32

/** Clocks that a condition variable can have. */
const CLOCKS = 2

/** The name of the object that `kernel` makes as its `count`th (from 1): a number, never given to another object. */
export const handleOf = (kernel: KernelId, count: number): number => kernel * NUMBERS_PER_KERNEL + count

/** The name of the condition variable that `kernel` makes as its `count`th object: even its clock is read off it, so that a time can be read before the home is asked. */
export const conditionHandle = (kernel: KernelId, count: number, clock: number): number =>
  handleOf(kernel, count * CLOCKS + clock)

/** The clock of a condition variable of this name, 0 or 1. */
export const conditionClock = (handle: number): number => (Number.isSafeInteger(handle) ? handle % CLOCKS : 0)

/** The kernel that made the object of this name: its home. `null`: no kernel can have made it. */
export const homeOfHandle = (handle: unknown): KernelId | null =>
  typeof handle === 'number' && Number.isSafeInteger(handle) && handle > NUMBERS_PER_KERNEL
    ? Math.floor(handle / NUMBERS_PER_KERNEL)
    : null
