/** Names a kernel for ever: an integer of 0 … 2^32 − 1, never used again after its kernel has died. */
export type KernelId = number

/** The id of the isolate that starts the kernels and watches over them. It exchanges messages like a kernel, but runs no threads. */
export const SUPERVISOR: KernelId = 0

/** The largest id. */
export const MAX_KERNEL_ID: KernelId = 0xffff_ffff
