import type { KernelId } from '@atoll/messaging'

/** How many others each one tells. */
const FAN_OUT = 4

/**
 * Spreads a message over a tree: those who are told at once, each with those that it is to tell in turn. With n kernels all have been told after O(log n)
 * steps.
 */
export function told(kernels: readonly KernelId[]): [kernel: KernelId, others: readonly KernelId[]][] {
  const branches: [KernelId, readonly KernelId[]][] = []
  const width = Math.ceil(kernels.length / FAN_OUT)
  for (let at = 0; at < kernels.length; at += width) {
    const [kernel, ...others] = kernels.slice(at, at + width)
    if (kernel !== undefined) branches.push([kernel, others])
  }
  return branches
}
