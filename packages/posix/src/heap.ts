import {
  allocateAligned,
  allocateBlock,
  allocateZeroed,
  freeBlock,
  reallocate,
  usableSize,
  type Ptr,
} from '@atoll/address-space'
import { systemCall } from '@atoll/kernel'

/**
 * Allocates `size` bytes, aligned to 16, of whatever content. Up to 32 KiB they come from memory that this kernel has for the process: no message is sent and nothing
 * waits, unless the kernel needs more; larger blocks are mapped by themselves. A block may be used and freed on every kernel. 0 bytes give an address that
 * nobody else has, too.
 *
 * @throws PosixError `ENOMEM`, `EINVAL` (not a number of bytes).
 */
export const malloc = systemCall<(size: number) => Promise<Ptr>>('malloc', (size: number) => allocateBlock(size))

/**
 * Allocates `count` elements of `size` bytes each, all zero. Memory that was never used is zero already, and is not touched.
 *
 * @throws PosixError `ENOMEM`, `EINVAL` (not numbers of elements and bytes).
 */
export const calloc = systemCall<(count: number, size: number) => Promise<Ptr>>('calloc', allocateZeroed)

/**
 * Gives a block another size, and returns its address: the same, if it has room and would not leave half of it unused; else that of a new block of the calling kernel, which
 * holds as much of the old one as fits, and the old one is freed. Blocks larger than 32 KiB are mapped elsewhere without copying. Of address 0, allocates;
 * to 0 bytes, frees and returns 0.
 *
 * @throws PosixError `ENOMEM`, `EINVAL` (no allocated block begins there, not a number of bytes); `EIO`: the kernel that allocated it has died. The
 * block stays as it was.
 */
export const realloc = systemCall<(address: Ptr, size: number) => Promise<Ptr>>('realloc', reallocate)

/**
 * Allocates `size` bytes at a multiple of `alignment`.
 *
 * @throws PosixError `ENOMEM`, `EINVAL` (`alignment` is not a power of two, `size` not a number of bytes).
 */
export const aligned_alloc = systemCall<(alignment: number, size: number) => Promise<Ptr>>(
  'aligned_alloc',
  (alignment: number, size: number) => allocateAligned(alignment, size),
)

/**
 * Frees a block; of address 0, does nothing. A block of another kernel is freed there, and the call waits for it.
 *
 * @throws PosixError `EINVAL`: no allocated block begins there, or it has been freed already.
 */
export const free = systemCall<(address: Ptr) => Promise<void>>('free', (address: Ptr) => freeBlock(address))

/**
 * How many bytes of a block can be used: at least as many as were asked for. Of address 0, none.
 *
 * @throws PosixError `EINVAL`: no allocated block begins there; `EIO`: the kernel that allocated it has died.
 */
export const malloc_usable_size = systemCall<(address: Ptr) => Promise<number>>('malloc_usable_size', (address: Ptr) =>
  usableSize(address),
)
