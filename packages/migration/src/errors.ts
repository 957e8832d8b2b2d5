/** Thrown when a thread's image is a sound list of values, but not one that makes a thread. */
export class MalformedThreadError extends Error {
  readonly code = 'EBADMSG'
  constructor(culprit: string) {
    super(`malformed thread image: ${culprit}. Remedy: have the sender, which must be of this version, encode it again`)
  }

  override get name(): string {
    return 'MalformedThreadError'
  }
}
