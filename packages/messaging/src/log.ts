/** What messaging tells its operator. The kernel's `Logger` is one. */
export interface MessagingLog {
  /** Something went wrong and was dealt with: a link closed, a message nobody serves. */
  warn(message: string, details?: Readonly<Record<string, unknown>>): void
  /** A fault of this kernel's own code: a handler that threw. */
  error(message: string, details?: Readonly<Record<string, unknown>>): void
}
