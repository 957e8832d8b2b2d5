import type { NodeDescriptor } from '@atoll/messaging'
import { callingKernel, callingThread, cpuOf, PosixError, systemCall } from '@atoll/kernel'
import { migrateThread, probeThread } from '@atoll/migration'

/** A kernel, as programs see it. */
export interface KernelInfo {
  readonly kernel: number
  /** Its number as a CPU, as `sched_setaffinity` takes it. */
  readonly cpu: number
  /** The computer that it runs on. */
  readonly node: NodeDescriptor
}

/** What POSIX lacks. */
export const atoll = {
  /**
   * Takes the calling thread to a kernel (of `atoll.kernels()`), in the midst of what it does. Its affinity does not change.
   *
   * @throws PosixError `EINVAL` (not a living kernel), `ENOTSUP` (it holds something that can't move: named).
   */
  migrate: systemCall<(kernel: number) => Promise<void>>('migrate', (kernel: number) => {
    if (!Number.isInteger(kernel) || kernel < 1 || kernel >= 2 ** 32) {
      throw new PosixError(
        'EINVAL',
        'migrate',
        `'${String(kernel)}' is not a kernel's number: atoll.kernels() lists them`,
      )
    }
    return migrateThread(callingThread('migrate'), kernel, 'migrate')
  }),

  /** Keeps the calling thread on its kernel until as many `unpin` follow. Moving it fails with `ENOTSUP` meanwhile. */
  pin(): void {
    callingThread('pin').pins++
  },

  /** Takes one `pin` back. Throws `EINVAL` if there is none. */
  unpin(): void {
    const thread = callingThread('unpin')
    if (thread.pins === 0) throw new PosixError('EINVAL', 'unpin', 'the thread is not pinned')
    thread.pins--
  },

  /**
   * Says what keeps the calling thread on its kernel (a value that can't move: with function, variable, file and line; a pin; a promise that is not of its own
   * making), in words. `null`: nothing does.
   */
  pinned: systemCall<() => Promise<string | null>>('pinned', () => probeThread(callingThread('pinned'))),

  /** The kernel that the caller runs on. */
  here(): KernelInfo {
    const { id, membership } = callingKernel('here')
    const self = membership.get(id)
    if (!self) throw new PosixError('EPERM', 'here', `kernel ${id} is not a member of its own system`)
    return describe(self)
  },

  /** The living kernels, in the order of their numbers. */
  kernels: (): KernelInfo[] => callingKernel('kernels').membership.alive().map(describe),

  /** The computers that living kernels run on. */
  nodes(): NodeDescriptor[] {
    const nodes = callingKernel('nodes')
      .membership.alive()
      .map(({ node }) => node)
    return [...new Map(nodes.map((node) => [node.name, node])).values()]
  },
} as const

const describe = ({ id, node }: { readonly id: number; readonly node: NodeDescriptor }): KernelInfo => ({
  kernel: id,
  cpu: cpuOf(id),
  node,
})
