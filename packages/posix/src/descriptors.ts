import { closeDescriptor, openFile, openShared, truncateShared, unlinkShared } from '@atoll/address-space'
import { systemCall } from '@atoll/kernel'

declare const brand: unique symbol

/** A descriptor: a number of the process that names something open. */
export type fd = number & { readonly [brand]?: 'fd' }

export { O_CLOEXEC, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC } from '@atoll/address-space'

/**
 * Opens the shared memory object of this name, which all processes of the system see, or makes it (`O_CREAT`), empty. Returns a descriptor for `ftruncate` and
 * `mmap`: the lowest number that is free. `oflag`: `O_RDONLY` or `O_RDWR`, and `O_CREAT`, `O_EXCL`, `O_TRUNC`. Names live on the kernel of the lowest number:
 * if it dies, they are free, and what is open or mapped by them stays as long as its pages do.
 *
 * @throws PosixError `ENOENT`, `EEXIST` (`O_EXCL`), `EACCES` (by its mode), `EINVAL` (name, `oflag`, `mode`), `ENAMETOOLONG`, `EMFILE`, `EIO` (the kernel of the names
 * died meanwhile).
 */
export const shm_open = systemCall<(name: string, oflag: number, mode?: number) => Promise<fd>>(
  'shm_open',
  (name: string, oflag: number, mode = 0) => openShared(name, oflag, mode),
)

/**
 * Opens a file of the host for `mmap` and `ftruncate`; returns a descriptor: the lowest number that is free. `flags`: `O_RDONLY` or `O_RDWR`, and `O_CREAT`, `O_EXCL`,
 * `O_TRUNC`; `mode`: permission bits of a file that is made, which the host's file mode creation mask reduces. The file is one of the machine that the process was
 * started on, with the rights of the system's user; a relative path begins at the folder that the host's program was started in. All processes of that machine that map a
 * file share its pages. Other programs of the host see what was changed after `msync` with `MS_SYNC`, once a process has unmapped the last of it, and when it has
 * ended. A cancellation point.
 *
 * @throws PosixError `ENOENT`, `EEXIST` (`O_EXCL`), `EACCES`, `EISDIR`, `ENODEV` (no regular file), `EINVAL`, `EMFILE`, `ENOTSUP` (flags for `read` and `write`,
 * such as `O_WRONLY` and `O_APPEND`: there are neither yet), `EIO` (the kernel that keeps the machine's files died meanwhile), and others of the host.
 */
export const open = systemCall<(path: string, flags: number, mode?: number) => Promise<fd>>(
  'open',
  (path: string, flags: number, mode = 0) => openFile(path, flags, mode),
)

/**
 * Frees the name of a shared memory object. The object stays until nobody has it open or mapped.
 *
 * @throws PosixError `ENOENT`, `EINVAL`, `ENAMETOOLONG`, `EIO`.
 */
export const shm_unlink = systemCall<(name: string) => Promise<void>>('shm_unlink', (name: string) =>
  unlinkShared(name),
)

/**
 * Gives a shared memory object, or a file, a size in bytes. What is cut off is gone for all processes when the call returns, also for those that map it: they get `SIGBUS` there; what is
 * added is zeroes.
 *
 * @throws PosixError `EBADF`, `EINVAL` (negative, or opened for reading only), `EFBIG`, `EIO`.
 */
export const ftruncate = systemCall<(descriptor: fd, length: number) => Promise<void>>(
  'ftruncate',
  (descriptor: fd, length: number) => truncateShared(descriptor, length),
)

/**
 * Frees a descriptor. What was mapped by it stays mapped. A cancellation point.
 *
 * @throws PosixError `EBADF`.
 */
export const close = systemCall<(descriptor: fd) => Promise<void>>('close', (descriptor: fd) =>
  closeDescriptor(descriptor),
)
