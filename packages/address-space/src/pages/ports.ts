import type { Kernel } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'

/** What the page protocol needs of its kernel. */
export type PageKernel = Pick<Kernel, 'id' | 'messenger' | 'membership'>

/** Is it known to have died or left? A message may precede the news that its sender has joined. */
export function isGone(kernel: KernelId, { membership }: PageKernel): boolean {
  const member = membership.get(kernel)
  return member !== undefined && member.state !== 'alive'
}
