import {
  adviseMemory,
  afterRelease,
  growBreak,
  mapMemory,
  protectMemory,
  remapMemory,
  setBreak,
  syncMemory,
  unmapMemory,
  type Ptr,
} from '@atoll/address-space'
import { systemCall } from '@atoll/kernel'
import type { fd } from './descriptors.js'

export {
  MADV_DONTNEED,
  MADV_NORMAL,
  MADV_RANDOM,
  MADV_SEQUENTIAL,
  MADV_WILLNEED,
  MAP_ANON,
  MAP_ANONYMOUS,
  MAP_FAILED,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_NORESERVE,
  MAP_POPULATE,
  MAP_PRIVATE,
  MAP_RELEASE,
  MAP_SHARED,
  MAP_SHARED_VALIDATE,
  MAP_STACK,
  MREMAP_FIXED,
  MREMAP_MAYMOVE,
  MS_ASYNC,
  MS_INVALIDATE,
  MS_SYNC,
  PAGE_SIZE,
  POSIX_MADV_DONTNEED,
  POSIX_MADV_NORMAL,
  POSIX_MADV_RANDOM,
  POSIX_MADV_SEQUENTIAL,
  POSIX_MADV_WILLNEED,
  PROT_EXEC,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
  type Ptr,
} from '@atoll/address-space'

/**
 * Maps `length` bytes, in whole pages: fresh memory (`MAP_ANONYMOUS`), or what `fd` names from `offset` on. Returns the address: `addr` if `MAP_FIXED` or
 * `MAP_FIXED_NOREPLACE` says so, or if it is a hint and free; else one that is chosen, with a guard page on either side. The region is the same from every
 * kernel at once. What `MAP_FIXED` replaces is found by no kernel any more when the call returns.
 *
 * @throws PosixError `EINVAL` (`length` 0, `addr` or `offset` not on a page boundary, `flags`, `prot`), `EBADF`, `EACCES` (shared writing by a read-only
 * descriptor), `EEXIST` (`MAP_FIXED_NOREPLACE`), `ENOMEM` (no room, a fixed address outside of the address space, `RLIMIT_AS`, more than there is memory
 * without `MAP_NORESERVE`), `EOVERFLOW`, `EIO` (the object is lost with its home).
 */
export const mmap = systemCall<
  (addr: Ptr, length: number, prot: number, flags: number, fd?: fd, offset?: number) => Promise<Ptr>
>('mmap', (addr: Ptr, length: number, prot: number, flags: number, fd: fd = -1, offset = 0) =>
  mapMemory(addr, length, prot, flags, fd, offset),
)

/**
 * Unmaps all pages that the range touches; those that are not mapped are passed over. When it returns no kernel finds any of them.
 *
 * @throws PosixError `EINVAL` (`addr` not on a page boundary, `length` 0, beyond the address space).
 */
export const munmap = systemCall<(addr: Ptr, length: number) => Promise<void>>('munmap', (addr: Ptr, length: number) =>
  unmapMemory(addr, length),
)

/**
 * Says what may be done with the pages of a range. When it returns no kernel allows more. A refusal changes nothing.
 *
 * @throws PosixError `EINVAL` (`addr` not on a page boundary, `prot`), `ENOMEM` (part of the range is not mapped), `EACCES` (writing of shared memory that was
 * mapped by a read-only descriptor).
 */
export const mprotect = systemCall<(addr: Ptr, length: number, prot: number) => Promise<void>>(
  'mprotect',
  (addr: Ptr, length: number, prot: number) => protectMemory(addr, length, prot),
)

/**
 * Gives a region, or a part of one, another length; as Linux has it. It grows where it is if there is room, else moves with `MREMAP_MAYMOVE`; with
 * `MREMAP_FIXED` it moves to `newAddress`, in place of what is there. No data moves: the pages get other addresses. An old length of 0 maps shared pages twice.
 * Returns the address.
 *
 * @throws PosixError `EINVAL`, `EFAULT` (the old range is not one region), `ENOMEM` (no room, limits).
 */
export const mremap = systemCall<
  (oldAddress: Ptr, oldLength: number, newLength: number, flags?: number, newAddress?: Ptr) => Promise<Ptr>
>('mremap', (oldAddress: Ptr, oldLength: number, newLength: number, flags = 0, newAddress: Ptr = 0) =>
  remapMemory(oldAddress, oldLength, newLength, flags, newAddress),
)

/**
 * Writes back what was changed: with `MS_SYNC`, files that are mapped shared in the range have it when the call returns. Other memory has no other place. A
 * cancellation point.
 *
 * @throws PosixError `EINVAL` (`addr` not on a page boundary, `flags`), `ENOMEM` (part of the range is not mapped), `EIO` (a page is lost, or the file can't be
 * written), `ENOSPC` and others of the host.
 */
export const msync = systemCall<(addr: Ptr, length: number, flags: number) => Promise<void>>(
  'msync',
  (addr: Ptr, length: number, flags: number) =>
    afterRelease('msync', [addr, length, flags], () => syncMemory(addr, length, flags)),
)

/**
 * Says how a range will be used. After `MADV_DONTNEED` its private pages are zeroes, or copies of what they were mapped from, again; shared ones keep what they
 * have. Other advice is accepted.
 *
 * @throws PosixError `EINVAL` (`addr` not on a page boundary, `advice`), `ENOMEM` (part of the range is not mapped).
 */
export const madvise = systemCall<(addr: Ptr, length: number, advice: number) => Promise<void>>(
  'madvise',
  (addr: Ptr, length: number, advice: number) => adviseMemory(addr, length, advice),
)

/**
 * Ends the process's heap, which begins where the first `sbrk(0)` says, at this address. It can have 1 GiB.
 *
 * @throws PosixError `EINVAL`, `ENOMEM` (outside of what the heap can have, something else is mapped there, `RLIMIT_AS`).
 */
export const brk = systemCall<(addr: Ptr) => Promise<void>>('brk', (addr: Ptr) => setBreak(addr))

/**
 * Adds bytes to the process's heap, or takes some off. Returns its end before: the address of what was added.
 *
 * @throws PosixError see `brk`.
 */
export const sbrk = systemCall<(increment: number) => Promise<Ptr>>('sbrk', (increment: number) => growBreak(increment))
