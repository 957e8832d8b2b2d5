import { constants } from 'node:os'

/** A POSIX error code, such as `'EINVAL'`. */
export type ErrorCode = keyof typeof constants.errno | 'ENOTSUP' | 'EOWNERDEAD' | 'ENOTRECOVERABLE'

/** Linux's numbers for codes that Node's table lacks or that other systems number differently. */
const LINUX: Readonly<Record<string, number>> = {
  EPERM: 1, ENOENT: 2, ESRCH: 3, EINTR: 4, EIO: 5, E2BIG: 7, ENOEXEC: 8, EBADF: 9, ECHILD: 10, EAGAIN: 11,
  ENOMEM: 12, EACCES: 13, EFAULT: 14, EBUSY: 16, EEXIST: 17, ENOTDIR: 20, EISDIR: 21, EINVAL: 22, ENFILE: 23,
  EMFILE: 24, ENOTTY: 25, EFBIG: 27, ENOSPC: 28, ESPIPE: 29, EROFS: 30, EPIPE: 32, EDOM: 33, ERANGE: 34,
  EDEADLK: 35, ENAMETOOLONG: 36, ENOSYS: 38, EBADMSG: 74, EOVERFLOW: 75, EMSGSIZE: 90, ENOTSUP: 95, ENOBUFS: 105,
  ETIMEDOUT: 110, ECANCELED: 125, EOWNERDEAD: 130, ENOTRECOVERABLE: 131,
} // prettier-ignore

/** Linux's number of an error code, negative as Node has it; `-1` for a code that Linux has not. */
export function errnoOf(code: string): number {
  const number = LINUX[code] ?? (constants.errno as Readonly<Record<string, number>>)[code]
  return number === undefined ? -1 : -number
}

/**
 * What a call of the application API throws when it fails. Has the fields of Node's system errors.
 *
 * @example
 * try { await pthread_join(0) } catch (error) { if (error instanceof PosixError && error.code === 'ESRCH') … }
 */
export class PosixError extends Error {
  /** Symbolic code, such as `'ESRCH'`. */
  readonly code: ErrorCode
  /** Linux's number, negative as Node has it. */
  readonly errno: number
  /** The call that failed, such as `'pthread_join'`. */
  readonly syscall: string

  constructor(code: ErrorCode, syscall: string, explanation: string) {
    super(`${syscall}: ${code}: ${explanation}`)
    this.code = code
    this.errno = errnoOf(code)
    this.syscall = syscall
  }

  override get name(): string {
    return 'PosixError'
  }
}
