import { PosixError, type Kernel } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import type { Refused } from './answering.js'
import { homeOfHandle } from './handles.js'

/** What a call throws that is refused. */
export const refusalError = (syscall: string, { code, explanation }: Refused): PosixError =>
  new PosixError(code, syscall, explanation)

/** The kernel that made the object. Throws `EINVAL` if none can have; whether it did, it knows itself. */
export function checkedHome({ membership }: Kernel, syscall: string, handle: number, kind: string): KernelId {
  const home = homeOfHandle(handle)
  if (home !== null && membership.get(home)) return home
  throw new PosixError('EINVAL', syscall, `'${String(handle)}' is not a ${kind}: nothing has made it`)
}
