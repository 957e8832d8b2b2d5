import { FieldValueError, LinkFullError, MessageTooLargeError, MessagingError } from '@atoll/messaging'
import { AssignedCaptureError, MalformedImageError, NotMovableError, UnknownCodeError } from './errors.js'
import { PosixError, type ErrorCode } from './posix-error.js'

/** An error of the system below as a call of the application API throws it; what is none of those is given back as it is. */
export function posixErrorOf(error: unknown, syscall: string): unknown {
  const code = codeOf(error)
  return code !== null && error instanceof Error ? new PosixError(code, syscall, error.message) : error
}

function codeOf(error: unknown): ErrorCode | null {
  if (error instanceof NotMovableError || error instanceof AssignedCaptureError) return error.code
  if (error instanceof MalformedImageError || error instanceof UnknownCodeError) return error.code
  if (error instanceof FieldValueError) return 'EINVAL'
  if (error instanceof MessageTooLargeError || error instanceof LinkFullError) return error.code
  return error instanceof MessagingError ? 'EIO' : null
}
