import type { NodeDescriptor } from '@atoll/messaging'
import {
  callingKernel,
  callingThread,
  kernelInfo,
  nodesOf,
  PosixError,
  systemCall,
  type KernelInfo,
} from '@atoll/kernel'
import { migrateThread, probeThread } from '@atoll/migration'

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
    return kernelInfo(self)
  },

  /** The living kernels, in the order of their numbers. */
  kernels: (): KernelInfo[] => callingKernel('kernels').membership.alive().map(kernelInfo),

  /** The computers that living kernels run on. */
  nodes: (): NodeDescriptor[] => nodesOf(callingKernel('nodes').membership.alive()),
} as const
