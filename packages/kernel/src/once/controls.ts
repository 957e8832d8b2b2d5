import type { KernelId } from '@atoll/messaging'

/** Once controls that one kernel can make for a process. */
export const ONCE_CONTROLS_MAX = 2 ** 20

/** Controls are 32 bits wide. */
const LIMIT = 2 ** 32

/** The number of the next once control that `kernel` makes, of which it has made `count`. */
export const onceControl = (kernel: KernelId, count: number): number => (kernel - 1) * ONCE_CONTROLS_MAX + count

/** The kernel that made a once control: its home. `null`: no kernel can have made it. */
export const homeOfControl = (control: number): KernelId | null =>
  Number.isInteger(control) && control >= 0 && control < LIMIT ? Math.floor(control / ONCE_CONTROLS_MAX) + 1 : null

/** At its home: is the control among the first `count` that were made? */
export const isMade = (control: number, count: number): boolean => control % ONCE_CONTROLS_MAX < count
